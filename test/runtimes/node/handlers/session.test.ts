import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openModel } from '../../../../src/runtimes/node/handlers/session.js';
import { contextFor, MODELS } from '../test-context.js';
import type { WorkerOptions } from '../worker-process.js';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ts-session-'));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

function put(...names: string[]): void {
  for (const name of names) copyFileSync(join(MODELS, 'wine/wine.onnx'), join(directory, name));
}

async function open(options: Partial<WorkerOptions> = {}) {
  return openModel(contextFor({ directory, ...options }), 'onnx');
}

describe('openModel', () => {
  it('finds the only .onnx file and reads the model’s own signature', async () => {
    put('wine.onnx');
    const { inputs, outputs } = await open();
    expect(inputs).toEqual([{ name: 'measurements', type: 'float32', shape: ['batch', 13] }]);
    expect(outputs.map(({ name, type }) => `${name} ${type}`)).toEqual(['grower int64', 'chances float32']);
  });

  it('takes the one that the manifest or the configuration names', async () => {
    put('a.onnx', 'b.onnx');
    const manifest = { model: { serializedFile: 'b.onnx' } };
    expect((await open({ manifest })).inputs).toHaveLength(1);
    expect((await open({ modelConfig: { handler: { model: 'a.onnx' } } })).inputs).toHaveLength(1);
  });

  it('takes the one that the manifest names in a folder below, as ts archive keeps that of onnx/', async () => {
    mkdirSync(join(directory, 'onnx'));
    put('onnx/model.onnx');
    expect((await open({ manifest: { model: { serializedFile: 'onnx/model.onnx' } } })).inputs).toHaveLength(
      1,
    );
    await expect(open({ manifest: { model: { serializedFile: '../model.onnx' } } })).rejects.toMatchObject({
      code: 'ONNX_FILE_NOT_FOUND',
    });
  });

  it('does not guess among several, and says when there is none', async () => {
    await expect(open()).rejects.toMatchObject({
      code: 'ONNX_FILE_NOT_FOUND',
      message: expect.stringContaining('none'),
    });
    put('a.onnx', 'b.onnx');
    await expect(open()).rejects.toMatchObject({ message: expect.stringContaining('a.onnx, b.onnx') });
    await expect(open({ modelConfig: { handler: { model: '../a.onnx' } } })).rejects.toMatchObject({
      code: 'ONNX_FILE_NOT_FOUND',
    });
  });

  it('says that a file is no model', async () => {
    writeFileSync(join(directory, 'broken.onnx'), 'this is text');
    await expect(open()).rejects.toMatchObject({
      code: 'ONNX_FILE_UNREADABLE',
      message: expect.stringContaining('broken.onnx'),
    });
  });

  it('never computes on the CPU what should run on a GPU that it cannot use', async () => {
    put('wine.onnx');
    await expect(open({ load: { device: { type: 'rocm', index: 0 } } })).rejects.toMatchObject({
      code: 'ONNX_PROVIDER_MISSING',
      message: expect.stringContaining('should run on rocm'),
      hint: expect.stringContaining('deviceType: cpu'),
    });
  });
});
