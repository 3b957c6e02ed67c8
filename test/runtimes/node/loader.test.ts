import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Handler } from '../../../src/runtimes/node/handler.js';
import { loadHandler } from '../../../src/runtimes/node/loader.js';
import { contextFor } from './test-context.js';
import { loadHeader } from './worker-process.js';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ts-loader-'));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

function write(file: string, text: string): void {
  mkdirSync(dirname(join(directory, file)), { recursive: true });
  writeFileSync(join(directory, file), text);
}

async function load(handler: string, modelConfig: Record<string, unknown> = {}): Promise<Handler> {
  return loadHandler(loadHeader({ directory, handler, modelConfig }));
}

async function answer(handler: string, modelConfig?: Record<string, unknown>): Promise<unknown> {
  const loaded = await load(handler, modelConfig);
  return loaded.handle?.([{ body: 'x' }], contextFor({ directory }));
}

describe('loadHandler', () => {
  it('constructs a class that is the default export', async () => {
    write('handler.mjs', 'export default class { mark = 7; handle() { return [this.mark]; } }');
    expect(await answer('handler.mjs')).toEqual([7]);
  });

  it('takes a function, an object, or the module itself', async () => {
    write('function.mjs', 'export default (data) => data.map(() => "function");');
    write('object.mjs', 'export default { handle: () => ["object"] };');
    write('module.mjs', 'export const initialize = () => {}; export const handle = () => ["module"];');
    expect(await answer('function.mjs')).toEqual(['function']);
    expect(await answer('object.mjs')).toEqual(['object']);
    expect(await answer('module.mjs')).toEqual(['module']);
    expect((await load('module.mjs')).initialize).toBeTypeOf('function');
  });

  it('takes the only class of a module, and CommonJS', async () => {
    write('only.mjs', 'export const size = 3; export class Only { handle() { return ["only"]; } }');
    write('old.cjs', 'module.exports = class { handle() { return ["old"]; } };');
    expect(await answer('only.mjs')).toEqual(['only']);
    expect(await answer('old.cjs')).toEqual(['old']);
  });

  it('takes one export by name', async () => {
    write('two.mjs', 'export class A { handle() { return ["a"]; } } export const b = () => ["b"];');
    expect(await answer('two.mjs:A')).toEqual(['a']);
    expect(await answer('two.mjs:b')).toEqual(['b']);
  });

  it('compiles TypeScript, whatever of it Node could not strip', async () => {
    write(
      'handler.ts',
      `import { shout } from './shout';
       enum Mark { Loud = '!' }
       export default class { constructor(private readonly mark: Mark = Mark.Loud) {}
         handle(data: readonly unknown[]): string[] { return data.map(() => shout('hey') + this.mark); } }`,
    );
    write('shout.ts', 'export const shout = (text: string): string => text.toUpperCase();');
    expect(await answer('handler.ts')).toEqual(['HEY!']);
  });

  it('finds a file without its ending, or by its last name when it was packed from a folder', async () => {
    write('my_handler.mjs', 'export const handle = () => ["mine"];');
    expect(await answer('my_handler')).toEqual(['mine']);
    expect(await answer('src/handlers/my_handler.mjs')).toEqual(['mine']);
  });

  it('prefers a file of the archive to a built-in handler of the same name', async () => {
    write('onnx.mjs', 'export const handle = () => ["mine"];');
    expect(await answer('onnx')).toEqual(['mine']);
    expect((await load('image_classifier')).preprocess).toBeTypeOf('function');
  });

  it('chooses by the files when no handler is named', async () => {
    expect((await load('')).constructor.name).toBe('OnnxHandler');
    expect((await load('', { handler: { name: 'text_embedding' } })).constructor.name).toBe('TextEmbedding');
    write('handler.mjs', 'export const handle = () => ["own"];');
    expect(await answer('', { handler: { name: 'text_embedding' } })).toEqual(['own']);
  });

  it('does not leave the archive', async () => {
    write('inner/x.txt', '');
    write('evil.mjs', 'export const handle = () => ["evil"];');
    const inner = join(directory, 'inner');
    await expect(loadHandler(loadHeader({ directory: inner, handler: '../evil.mjs' }))).rejects.toMatchObject(
      {
        code: 'HANDLER_NOT_FOUND',
      },
    );
  });

  it('names what there is when a handler or an export is missing', async () => {
    write('here.mjs', 'export const one = 1; export const two = 2;');
    await expect(load('gone.mjs')).rejects.toMatchObject({
      code: 'HANDLER_NOT_FOUND',
      message: expect.stringMatching(/gone\.mjs.*here\.mjs.*onnx.*image_classifier/s),
    });
    await expect(load('here.mjs:three')).rejects.toMatchObject({
      code: 'HANDLER_EXPORT_MISSING',
      message: expect.stringContaining('one, two'),
    });
  });

  it('says what a handler must look like', async () => {
    write('shapeless.mjs', 'export const one = 1;');
    write('empty.mjs', 'export default class {}');
    for (const handler of ['shapeless.mjs', 'empty.mjs', 'shapeless.mjs:one'])
      await expect(load(handler)).rejects.toMatchObject({ code: 'HANDLER_SHAPE' });
  });

  it('hands on why a file could not be imported', async () => {
    write('broken.mjs', 'throw new Error("no weights here");');
    write('needy.mjs', 'import "package-that-nobody-has"; export const handle = () => [];');
    await expect(load('broken.mjs')).rejects.toMatchObject({
      code: 'HANDLER_IMPORT_FAILED',
      message: expect.stringContaining('no weights here'),
    });
    await expect(load('needy.mjs')).rejects.toMatchObject({
      message: expect.stringContaining('package-that-nobody-has'),
    });
  });
});
