import { describe, expect, it } from 'vitest';
import { type ModelRequest, planModelArchive } from '../../src/archive/plan-model.js';
import { onnxWithData } from './onnx-model.js';
import { codeOf, complaintOf, noise, scratch } from './scratch.js';

function plan(files: Readonly<Record<string, string | Buffer>>, more: Partial<ModelRequest>) {
  return planModelArchive({
    kind: 'Model',
    name: 'm',
    version: '1.0',
    handler: 'h.py',
    runtime: 'python',
    extraFiles: [],
    exportPath: '.',
    format: 'default',
    force: false,
    folder: scratch(files),
    ...more,
  });
}

describe('what goes into a model archive', () => {
  it('lies at the root under its base name, and the manifest names it', async () => {
    const files = {
      'code/h.py': 'x',
      'data/w.pt': 'yy',
      'r.txt': '',
      'c.yaml': 'minWorkers: 1\n',
      'net.py': '',
    };
    const made = await plan(files, {
      handler: 'code/h.py',
      serializedFile: 'data/w.pt',
      modelFile: 'net.py',
      requirementsFile: 'r.txt',
      configFile: 'c.yaml',
      createdSec: 0,
    });
    expect(made.files.map(({ name }) => name)).toEqual(['c.yaml', 'h.py', 'net.py', 'r.txt', 'w.pt']);
    expect(made.totalBytes).toBe(17);
    expect(JSON.parse(made.manifestText)).toMatchObject({
      createdOn: '01/01/1970 00:00:00',
      runtime: 'python',
      model: {
        modelName: 'm',
        serializedFile: 'w.pt',
        handler: 'h.py',
        modelFile: 'net.py',
        modelVersion: '1.0',
        requirementsFile: 'r.txt',
        configFile: 'c.yaml',
      },
    });
  });

  it('keeps the path of what was found below the model folder', async () => {
    const made = await plan(
      { 'onnx/m.onnx': '', 'model/config.json': '' },
      {
        handler: 'onnx',
        runtime: 'node',
        serializedFile: 'onnx/m.onnx',
        keptFiles: ['onnx/m.onnx', 'model/config.json'],
      },
    );
    expect(made.files.map(({ name }) => name)).toEqual(['model/config.json', 'onnx/m.onnx']);
    expect(JSON.parse(made.manifestText).model.serializedFile).toBe('onnx/m.onnx');
  });

  it('is one export of a file, or no file at all, for Node', async () => {
    const node = { runtime: 'node', handler: 'h.ts:Shout' } as const;
    const made = await plan({ 'h.ts': '' }, node);
    expect(made.files.map(({ name }) => name)).toEqual(['h.ts']);
    expect(JSON.parse(made.manifestText).model.handler).toBe('h.ts:Shout');
    const builtIn = await plan({ 'm.onnx': '' }, { ...node, handler: 'onnx', serializedFile: 'm.onnx' });
    expect(builtIn.files.map(({ name }) => name)).toEqual(['m.onnx']);
  });

  it('has the model that a built-in handler for Node serves, or it could never be loaded', async () => {
    const node = { runtime: 'node', handler: 'image_classifier' } as const;
    expect(await complaintOf(plan({ 'w.pt': '' }, { ...node, serializedFile: 'w.pt' }))).toMatch(
      /"image_classifier" of runtime node serves an \.onnx model, and there is none.*--serialized-file/,
    );
    const files = { 'm.ort': '', 'c.yaml': 'handler:\n  model: m.ort\n' };
    expect(await codeOf(plan(files, { ...node, configFile: 'c.yaml' }))).toBe('HANDLER_WITHOUT_MODEL');
    const named = await plan(files, { ...node, configFile: 'c.yaml', extraFiles: ['m.ort'] });
    expect(named.files).toHaveLength(2);
    expect((await plan({}, { handler: 'image_classifier' })).files).toEqual([]);
  });

  it('includes the files an ONNX model keeps its weights in, where it looks for them', async () => {
    const model = onnxWithData(['./w.bin', 'sub/v.bin'], noise(10));
    const request = { runtime: 'node', handler: 'onnx', serializedFile: 'in/m.onnx' } as const;
    const made = await plan({ 'in/m.onnx': model, 'in/w.bin': '', 'in/sub/v.bin': '' }, request);
    expect(made.files.map(({ name }) => name)).toEqual(['m.onnx', 'sub/v.bin', 'w.bin']);
    expect(await complaintOf(plan({ 'in/m.onnx': model, 'in/w.bin': '' }, request))).toMatch(
      /in\/m\.onnx keeps weights in sub\/v\.bin, and there is no such file/,
    );
    const outside = onnxWithData(['../x.bin'], noise(10));
    expect(await codeOf(plan({ 'in/m.onnx': outside }, request))).toBe('EXTERNAL_DATA_MISSING');
  });

  it('must be there', async () => {
    expect(await complaintOf(plan({}, {}))).toContain('File does not exist: h.py (--handler).');
    expect(await complaintOf(plan({ 'h.py': '' }, { serializedFile: 'w.pt' }))).toContain(
      '(--serialized-file)',
    );
    expect(await complaintOf(plan({}, { handler: 'poetry' }))).toMatch(
      /not built in.*poetry\.py.*base_handler/,
    );
    expect(await complaintOf(plan({}, { handler: 'poetry', runtime: 'node' }))).toMatch(
      /neither built in.*onnx/,
    );
  });
});

describe('the model configuration of an archive', () => {
  const files = (config: string) => ({ 'h.py': '', 'c.yaml': config });

  it('must have values of the right kind, and the error says where they stand', async () => {
    const config = 'minWorkers: 1\nbatchSize: many\n';
    expect(await complaintOf(plan(files(config), { configFile: 'c.yaml' }))).toMatch(
      /c\.yaml is not a valid model configuration\. c\.yaml:2:12: error: "batchSize" is "many"/,
    );
    expect(await complaintOf(plan(files('a: [\n'), { configFile: 'c.yaml' }))).toMatch(
      /c\.yaml:\d+:\d+: error/,
    );
  });

  it('may have a key nobody knows, with a warning that names the nearest one', async () => {
    const made = await plan(files('batchsise: 4\n'), { configFile: 'c.yaml' });
    expect(made.warnings[0]).toMatch(/c\.yaml:1:1: warning: .*did you mean "batchSize"\?/);
  });
});
