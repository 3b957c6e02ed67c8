import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { splitName } from '../../src/server/load.js';
import { askJson, runServer, type TestServer } from './running.js';

let running: TestServer | undefined;

afterEach(async () => {
  await running?.stop();
  running = undefined;
});

const MODELS = { reflect: { handler: 'reflect.mjs' }, act: { handler: 'act.mjs' } };

async function names(): Promise<unknown> {
  const { body } = await askJson(`${running?.management}/models`);
  return (body.models as { modelName: string }[]).map(({ modelName }) => modelName);
}

describe('loading models at start', () => {
  it('takes names for them, and leaves out what fails with a line in the log', async () => {
    running = await runServer({ models: MODELS, keys: { load_models: 'mine=reflect,none.mar,act' } });
    expect(await names()).toEqual(['act', 'mine']);
    running.server.flush();
    const log = readFileSync(join(running.folder, 'logs', 'ts_log.log'), 'utf8');
    expect(log).toMatch(/\[ERROR\].*Failed to load model: none\.mar: Model not found at: none\.mar/);
  });

  it('loads all of the store', async () => {
    running = await runServer({ models: MODELS, keys: { load_models: 'ALL' } });
    expect(await names()).toEqual(['act', 'reflect']);
  });

  it('shares the CPUs among the workers of all models', async () => {
    const about = { handler: 'about.mjs' };
    const keys = { load_models: 'one,two', default_workers_per_model: '1' };
    running = await runServer({ models: { one: about, two: about }, keys });
    const threads = String(Math.max(1, Math.floor(availableParallelism() / 2)));
    for (const name of ['one', 'two']) {
      const init = { method: 'POST', body: 'env OMP_NUM_THREADS' };
      const { body } = await askJson(`${running.inference}/predictions/${name}`, init);
      expect(body).toEqual({ OMP_NUM_THREADS: threads });
    }
  });

  it('starts the first worker of every model before the second of any', async () => {
    const keys = { load_models: 'reflect,act', default_workers_per_model: '2' };
    running = await runServer({ models: MODELS, keys });
    const workers = [];
    for (const name of ['reflect', 'act']) {
      const { body } = await askJson(`${running.management}/models/${name}`);
      workers.push(
        ...(body as unknown as { workers: { id: string; pid: number }[] }[]).flatMap(
          (version) => version.workers,
        ),
      );
    }
    expect(workers.map(({ id }) => id)).toEqual(['9000', '9001', '9002', '9003']);
    const started = [...workers].sort((one, other) => one.pid - other.pid).map(({ id }) => id);
    expect(started).toEqual(['9000', '9002', '9001', '9003']);
  });

  it('needs those that were named on the command line', async () => {
    const load = [{ url: 'none.mar', required: true }];
    await expect(runServer({ load })).rejects.toMatchObject({ code: 'MODEL_FILE_NOT_FOUND' });
  });

  it('does without the workers of a model that is not required', async () => {
    running = await runServer({
      models: { bad: { handler: 'badinit.mjs' } },
      keys: { load_models: 'bad' },
    });
    expect(running.server.models).toMatchObject([{ name: 'bad', workers: 1, readyWorkers: 0 }]);
  });
});

describe('a model on the command line', () => {
  it.each([
    ['a.mar', { url: 'a.mar' }],
    ['name=a.mar', { name: 'name', url: 'a.mar' }],
    ['a-b.1=/x/y=z.mar', { name: 'a-b.1', url: '/x/y=z.mar' }],
    ['./a=b.mar', { url: './a=b.mar' }],
    ['https://host/a.mar?b=c', { url: 'https://host/a.mar?b=c' }],
  ])('%s', (word, split) => {
    expect(splitName(word)).toEqual(split);
  });

  it('may lie anywhere', async () => {
    running = await runServer({ models: MODELS });
    const folder = join(running.folder, 'elsewhere');
    mkdirSync(folder);
    writeFileSync(join(folder, 'handler.mjs'), 'export const handle = (data) => data.map(() => "here");');
    const other = await runServer({ load: [{ url: 'elsewhere', required: true, cwd: running.folder }] });
    const answer = await fetch(`${other.inference}/predictions/elsewhere`);
    expect(await answer.text()).toBe('here');
    await other.stop();
  });
});
