import { describe, expect, it } from 'vitest';
import { discover, discoverLoose, type Given } from '../../src/archive/discover.js';
import { complaintOf, scratch } from './scratch.js';

async function found(files: readonly string[], given: Given = {}, config = 'minWorkers: 1\n') {
  const contents = files.map((name) => [name, name.startsWith('model-config') ? config : '']);
  return discover(scratch(Object.fromEntries(contents)), given);
}

describe('a model folder', () => {
  it('with a plain .onnx file needs no handler code', async () => {
    const { choices, ...parts } = await found(['wine.onnx', 'train.py', 'images/1.png']);
    expect(parts).toMatchObject({
      handler: 'onnx',
      runtime: 'node',
      serializedFile: 'wine.onnx',
      extraFiles: [],
    });
    expect(parts.leftOut).toEqual(['train.py', 'images/']);
    expect(choices.map(({ flag, value }) => `${flag} ${value}`)).toEqual([
      '--serialized-file wine.onnx',
      '--handler onnx',
      '--runtime node',
    ]);
    expect(choices.every(({ why }) => why.length > 0)).toBe(true);
  });

  it('is served by the built-in handler that its configuration names, and only by one that exists', async () => {
    const files = ['m.onnx', 'model-config.yaml', 'index_to_name.json'];
    const named = await found(files, {}, 'handler:\n  name: image_classifier\n');
    expect(named).toMatchObject({ handler: 'image_classifier', configFile: 'model-config.yaml' });
    expect(named.extraFiles).toEqual(['index_to_name.json']);
    expect((await found(files, {}, 'handler:\n  name: poetry\n')).handler).toBe('onnx');
  });

  it.each([
    [['handler.ts'], 'handler.ts', 'node'],
    [['my_handler.mjs', 'm.onnx'], 'my_handler.mjs', 'node'],
    [['handler.py', 'm.pt'], 'handler.py', 'python'],
    [['digits_handler.py'], 'digits_handler.py', 'python'],
  ])('with the code %j has handler %s for %s', async (files, handler, runtime) => {
    expect(await found(files)).toMatchObject({ handler, runtime });
  });

  it('for Python brings its model class and its packages, which one for Node has no use for', async () => {
    const python = await found(['handler.py', 'm.pt', 'model.py', 'requirements.txt']);
    expect(python).toMatchObject({ modelFile: 'model.py', requirementsFile: 'requirements.txt' });
    const node = await found(['m.onnx', 'model.py', 'requirements.txt']);
    expect(node.modelFile ?? node.requirementsFile).toBeUndefined();
  });

  it('that is a Hugging Face snapshot goes in whole, shards and all', async () => {
    const files = [
      'handler.py',
      'config.json',
      'model-00001-of-00002.safetensors',
      'model-00002-of-00002.safetensors',
      'model.safetensors.index.json',
      'tokenizer.json',
    ];
    const { extraFiles, serializedFile, choices } = await found(files);
    expect(extraFiles).toEqual(files.filter((name) => name !== 'handler.py').sort());
    expect(serializedFile).toBeUndefined();
    expect(choices.at(-1)?.why).toContain('Hugging Face snapshot');
  });

  it('with a snapshot below keeps its path, which configurations refer to', async () => {
    const files = ['custom_handler.py', 'model/config.json', 'model/model.safetensors', 'model/sub/x.txt'];
    expect((await found(files)).extraFiles).toEqual(files.slice(1).sort());
  });

  it('finds the converted model of the hub in onnx/', async () => {
    const { serializedFile, handler } = await found(['config.json', 'tokenizer.json', 'onnx/model.onnx']);
    expect([serializedFile, handler]).toEqual(['onnx/model.onnx', 'onnx']);
  });

  it.each([
    [['a.onnx', 'b.onnx'], 'more than one model file', 'a.onnx, b.onnx', '--serialized-file'],
    [['handler.py', 'handler.ts'], 'more than one handler', 'handler.py, handler.ts', '--handler'],
    [
      ['m.onnx', 'model-config.yaml', 'model-config.yml'],
      'more than one model configuration',
      'yml',
      '--config-file',
    ],
    [['onnx/a.onnx', 'onnx/b.onnx'], 'more than one model file', 'onnx/a.onnx', '--serialized-file'],
    [
      ['handler.py', 'a/config.json', 'a/tokenizer.json', 'b/config.json', 'b/tokenizer.json'],
      'snapshot',
      'a, b',
      '--extra-files',
    ],
  ])('with %j is ambiguous', async (files, ...words) => {
    const complaint = await complaintOf(found(files));
    for (const word of words) expect(complaint).toContain(word);
  });

  it.each([
    [[], 'neither a handler nor an .onnx file'],
    [['notes.txt', 'sub/x'], 'notes.txt, sub/'],
    [['m.pt'], 'there is m.pt, but no handler for it'],
    [['config.json', 'model.safetensors'], 'model.safetensors, but no handler'],
  ])('with %j has nothing that answers, and the error names the candidates', async (files, reason) => {
    const complaint = await complaintOf(found(files));
    expect(complaint).toContain(reason);
    expect(complaint).toContain('handler.py, handler.ts');
  });

  it('is not asked for what was said', async () => {
    const given = { handler: 'b_handler.ts', serializedFile: 'b.onnx' };
    expect(await found(['a_handler.ts', 'b_handler.ts', 'a.onnx', 'b.onnx'], given)).toMatchObject(given);
    expect((await found(['handler.py', 'handler.ts'], { runtime: 'node' })).handler).toBe('handler.ts');
  });
});

describe('what is served without an archive', () => {
  it('may be an .onnx file alone', async () => {
    const folder = scratch({ 'net.onnx': '', 'other.onnx': '' });
    const { directory, manifest } = await discoverLoose(`${folder}/net.onnx`, false);
    expect(directory).toBe(folder);
    expect(manifest).toEqual({
      runtime: 'node',
      model: { modelName: 'net', serializedFile: 'net.onnx', handler: 'onnx', modelVersion: '1.0' },
    });
  });

  it('may be a model folder, and then the hints speak of archiving', async () => {
    const folder = scratch({ 'net.onnx': '', 'model-config.yaml': 'handler: {name: text_classifier}\n' });
    const { manifest } = await discoverLoose(folder, true);
    expect(manifest.model).toMatchObject({ handler: 'text_classifier', configFile: 'model-config.yaml' });
    const two = scratch({ 'a.onnx': '', 'b.onnx': '' });
    expect(await complaintOf(discoverLoose(two, true))).toContain('"ts archive --serialized-file"');
  });

  it('is no other file', async () => {
    const folder = scratch({ 'notes.txt': '' });
    expect(await complaintOf(discoverLoose(`${folder}/notes.txt`, false))).toContain(
      'neither an archive nor',
    );
  });
});
