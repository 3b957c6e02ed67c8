import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importModule } from '../../../src/runtimes/node/import-module.js';
import { WorkerProcess } from './worker-process.js';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ts-import-'));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

function write(file: string, text: string): string {
  writeFileSync(join(directory, file), text);
  return join(directory, file);
}

async function ask(handler: string): Promise<string> {
  const worker = await WorkerProcess.load({ directory, handler });
  try {
    const { answer, body } = await worker.ask({ body: 'x' });
    return answer.error ?? body.toString();
  } finally {
    await worker.stop();
  }
}

describe('importModule', () => {
  it('imports JavaScript and TypeScript', async () => {
    expect((await importModule(write('a.mjs', 'export const one = 1;'))).one).toBe(1);
    expect((await importModule(write('b.ts', 'export const two: number = 2;'))).two).toBe(2);
  });

  it('leaves no compiled files beside the handler', async () => {
    await importModule(write('c.ts', 'enum E { One = 1 } export const one = E.One;'));
    const { readdirSync } = await import('node:fs');
    expect(readdirSync(directory)).toEqual(['c.ts']);
  });

  it.each(['handler.mjs', 'handler.ts'])(
    'lets %s import this package, which its archive does not bring',
    async (file) => {
      write(
        file,
        `import { PredictionException } from 'ts-serve';
       import { status } from './status.mjs';
       export const handle = () => { throw new PredictionException('refused', status); };`,
      );
      write('status.mjs', `import 'ts-serve'; export const status = 422;`);
      expect(await ask(file)).toBe('refused');
    },
  );

  it('lets a handler import the packages that the server uses', async () => {
    write(
      'handler.mjs',
      `import ort from 'onnxruntime-node'; export const handle = () => [typeof ort.Tensor];`,
    );
    expect(await ask('handler.mjs')).toBe('function');
  });

  it('lets no other package of the server in', async () => {
    write('handler.mjs', `import { parse } from 'yaml'; export const handle = () => ['found'];\n// ts-serve`);
    await expect(ask('handler.mjs')).rejects.toThrow(/could not be imported.*yaml/s);
  });
});
