import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planModelArchive } from '../../src/archive/plan-model.js';
import type { ModelArguments } from '../../src/archive/request.js';
import { completeFromSnapshot } from '../../src/archive/snapshot-request.js';
import { codeOf, filesBelow, scratch } from './scratch.js';

function args(folder: string, more: Partial<ModelArguments> = {}): ModelArguments {
  return {
    modelName: 'bloom',
    extraFiles: [],
    exportPath: '.',
    format: 'default',
    force: false,
    folder,
    ...more,
  };
}

function snapshot(files: Record<string, string>) {
  const folder = scratch(files);
  return { folder, paths: filesBelow(folder) };
}

const WEIGHTS = {
  'config.json': '{}',
  'model.safetensors': 'w',
  'sub/tokenizer.json': '{}',
  '.gitattributes': '',
};

/** Names in the archive, in its order. */
async function namesOf(...given: Parameters<typeof completeFromSnapshot>): Promise<string[]> {
  const { request } = await completeFromSnapshot(...given);
  return (await planModelArchive(request)).files.map(({ name }) => name);
}

describe('an archive of a snapshot', () => {
  it('has its files under their paths, with the handler and settings of the folder', async () => {
    const folder = scratch({
      'bloom_handler.py': '',
      'model-config.yaml': 'minWorkers: 1',
      'requirements.txt': '',
      'other.txt': '',
    });
    const from = snapshot(WEIGHTS);
    expect(await namesOf(args(folder), from)).toEqual([
      'bloom_handler.py',
      'config.json',
      'model-config.yaml',
      'model.safetensors',
      'requirements.txt',
      'sub/tokenizer.json',
    ]);
    const { request, choices } = await completeFromSnapshot(args(folder), from);
    expect(request).toMatchObject({
      runtime: 'python',
      version: '1.0',
      exportPath: folder,
      serializedFile: undefined,
    });
    expect(choices.map(({ flag }) => flag)).toEqual([
      '--handler',
      '--config-file',
      '--requirements-file',
      '--extra-files',
    ]);
  });

  it('takes what the flags name, from the snapshot or from the folder', async () => {
    const folder = scratch({ 'code/h.py': '', 'net.py': '', 'labels.json': '{}' });
    const given = args(folder, {
      handler: 'code/h.py',
      modelFile: 'net.py',
      serializedFile: 'model.safetensors',
      extraFiles: ['labels.json'],
      version: '2',
    });
    const from = snapshot(WEIGHTS);
    expect(await namesOf(given, from)).toContain('labels.json');
    const { request } = await completeFromSnapshot(given, from);
    expect(request).toMatchObject({
      handler: join(folder, 'code/h.py'),
      modelFile: join(folder, 'net.py'),
      serializedFile: 'model.safetensors',
      version: '2',
    });
  });

  it('needs no handler for an .onnx file', async () => {
    const from = snapshot({ 'config.json': '{}', 'onnx/model.onnx': '', 'README.md': '' });
    const { request } = await completeFromSnapshot(args(scratch()), from);
    expect(request).toMatchObject({ handler: 'onnx', runtime: 'node', serializedFile: 'onnx/model.onnx' });
    expect(await namesOf(args(scratch()), from)).toEqual(['README.md', 'config.json', 'onnx/model.onnx']);
  });

  it('may use a handler that is built in', async () => {
    const { request } = await completeFromSnapshot(
      args(scratch(), { handler: 'text_classifier' }),
      snapshot(WEIGHTS),
    );
    expect(request).toMatchObject({ handler: 'text_classifier' });
  });

  it('is refused without a handler where one is needed, and with two', async () => {
    expect(await codeOf(completeFromSnapshot(args(scratch()), snapshot(WEIGHTS)))).toBe('DISCOVERY_EMPTY');
    const two = scratch({ 'handler.py': '', 'my_handler.py': '' });
    expect(await codeOf(completeFromSnapshot(args(two), snapshot(WEIGHTS)))).toBe('DISCOVERY_AMBIGUOUS');
  });
});
