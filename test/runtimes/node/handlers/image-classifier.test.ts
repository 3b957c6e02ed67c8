import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { configOf, MODELS } from '../test-context.js';
import { type Told, type WorkerOptions, WorkerProcess } from '../worker-process.js';

const IMAGES = join(MODELS, 'digits/images');
const digits = { directory: join(MODELS, 'digits'), modelConfig: configOf('digits') };

let worker: WorkerProcess | undefined;
const folders: string[] = [];

afterEach(async () => {
  await worker?.stop();
  worker = undefined;
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function start(options: WorkerOptions): Promise<WorkerProcess> {
  worker = await WorkerProcess.load(options);
  return worker;
}

function image(name: string): Buffer {
  return readFileSync(join(IMAGES, name));
}

function best({ body }: Told): string | undefined {
  return /"(\d)"/.exec(body.toString())?.[1];
}

describe('the image_classifier handler', () => {
  it('reads at least 97 % of the held-out digits right, in batches', async () => {
    const served = await start(digits);
    const names = readdirSync(IMAGES).filter((name) => name.endsWith('.png'));
    let right = 0;
    for (let at = 0; at < names.length; at += 60) {
      const batch = names.slice(at, at + 60);
      const told = await served.batch(batch.map((name) => ({ body: image(name) })));
      right += told.filter((each, index) => best(each) === batch[index]?.[0]).length;
    }
    expect(names).toHaveLength(360);
    expect(right / names.length).toBeGreaterThanOrEqual(0.97);
  });

  it('answers the best classes with their chances, best first', async () => {
    const served = await start(digits);
    const { body, answer } = await served.ask({ body: image('7-0.png') });
    expect(answer.headers).toEqual({ 'content-type': 'application/json' });
    const chances = Object.values(JSON.parse(body.toString()) as Record<string, number>);
    expect(chances).toHaveLength(3);
    expect(body.toString()).toMatch(/^\{\n {2}"7": 0\.9/);
  });

  it('fails an image that cannot be read alone, with 400', async () => {
    const served = await start(digits);
    const told = await served.batch([{ body: 'no image' }, { body: image('3-0.png') }, { body: '' }]);
    expect(told.map(({ answer }) => answer.status)).toEqual([400, 200, 400]);
    expect(told[2]?.answer.error).toContain('holds no image');
    expect(told[1] && best(told[1])).toBe('3');
  });

  it('takes an image as a part of a form, as base64 text, and as the finished numbers', async () => {
    const served = await start(digits);
    const part = { name: 'data', type: 'image/png', bytes: image('5-1.png') };
    const numbers = JSON.stringify([[new Array(8).fill(new Array(8).fill(0))]]);
    const told = await served.batch([
      { parts: [part] },
      { body: image('5-1.png').toString('base64'), type: 'text/plain' },
      { body: numbers, type: 'application/json' },
      { body: '[1, 2, 3]', type: 'application/json' },
    ]);
    expect(told.map(({ answer }) => answer.status)).toEqual([200, 200, 200, 400]);
    expect(told.slice(0, 2).map(best)).toEqual(['5', '5']);
  });

  it('names classes by index_to_name.json', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'ts-image-'));
    folders.push(directory);
    copyFileSync(join(MODELS, 'digits/digits.onnx'), join(directory, 'digits.onnx'));
    writeFileSync(join(directory, 'index_to_name.json'), JSON.stringify({ 7: ['n7', 'seven'] }));
    const served = await start({ ...digits, directory });
    expect((await served.ask({ body: image('7-0.png') })).body.toString()).toMatch(/^\{\n {2}"seven": 0\.9/);
  });

  it('refuses a model that takes no image, and settings that do not fit it', async () => {
    const wine = { directory: join(MODELS, 'wine'), handler: 'image_classifier' };
    await expect(WorkerProcess.load(wine)).rejects.toThrow(
      /500 The handler image_classifier cannot use this model/,
    );
    const wrong = { ...digits, handler: 'image_classifier', modelConfig: { handler: { topK: 'all' } } };
    await expect(WorkerProcess.load(wrong)).rejects.toThrow('handler.topK of model-config.yaml is "all"');
  });
});
