import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { serveError } from '../../src/core/errors.js';
import { type Registration, registerModel } from '../../src/models/register.js';
import { Registry } from '../../src/models/registry.js';
import { nodeRuntime } from '../../src/runtimes/node/runtime.js';
import type { PrepareDemand, Runtime } from '../../src/runtimes/runtime.js';
import type { TestModel } from '../server/running.js';
import { type ModelStage, openModelStage } from './stage.js';

let stage: ModelStage;

afterEach(() => stage.close());

async function register(
  models: Record<string, TestModel>,
  registration: Partial<Registration> & { url: string },
  keys: Readonly<Record<string, string>> = {},
) {
  stage = await openModelStage(models, keys);
  return registerModel({ parameters: {}, by: 'api', ...registration }, new Registry(), stage.services);
}

describe('registering', () => {
  it('takes name, version and handler from the manifest', async () => {
    const version = await register(
      { folder: { name: 'm', version: '3', handler: 'act.mjs' } },
      { url: 'folder' },
    );
    expect(version).toMatchObject({
      name: 'm',
      version: '3',
      url: 'folder',
      handler: 'act.mjs',
      runtimeName: 'node',
      directory: join(stage.store, 'folder'),
    });
  });

  it('prefers what the registration says', async () => {
    const parameters = { handler: 'other.mjs', batchSize: 7 };
    const version = await register(
      { m: { handler: 'act.mjs' } },
      { url: 'm', modelName: 'mine', parameters },
    );
    expect(version).toMatchObject({ name: 'mine', handler: 'other.mjs', settings: { batchSize: 7 } });
  });

  it('gives workers an equal share of the CPUs', async () => {
    const version = await register(
      { m: { handler: 'about.mjs', config: 'minWorkers: 2\n' } },
      { url: 'm', by: 'operator' },
    );
    await version.scale(2, 2);
    const part = { name: 'body', contentType: '', pieces: [Buffer.from('env OMP_NUM_THREADS')] };
    const job = version.admit({ id: 'id', model: 'm', verb: 'predict', headers: {}, parts: [part] });
    expect(JSON.parse(String((await job.answer).body))).toEqual({ OMP_NUM_THREADS: '4' });
    await version.close(0);
  });

  it('tells the operator what is wrong in a configuration, and goes on', async () => {
    const config = 'minWorkers: many\nbatchsize: 3\n';
    const version = await register({ m: { handler: 'act.mjs', config } }, { url: 'm' });
    expect(version.settings.batchSize).toBe(1);
    expect(stage.said).toEqual([
      expect.stringContaining('line 1, column 13'),
      expect.stringContaining('did you mean "batchSize"'),
    ]);
  });

  it.each<[string, Partial<Registration>]>([
    ['its client', { parameters: { initialWorkers: 5 } }],
    ['its YAML', { url: 'many' }],
    ['its YAML, loaded by the operator', { url: 'many', by: 'operator' }],
  ])('refuses more workers than max_workers_per_model, asked for by %s', async (_, asked) => {
    const models = { m: { handler: 'act.mjs' }, many: { handler: 'act.mjs', config: 'minWorkers: 5\n' } };
    const keys = { max_workers_per_model: '4' };
    await expect(register(models, { url: 'm', ...asked }, keys)).rejects.toMatchObject({
      code: 'TOO_MANY_WORKERS',
      status: 400,
      message: expect.stringContaining('max_workers_per_model is 4'),
    });
  });

  it('says which workers are not part of this version', async () => {
    const models = { m: { handler: 'act.mjs', runtime: 'LSP' } };
    await expect(register(models, { url: 'm' })).rejects.toMatchObject({
      code: 'RUNTIME_MISSING',
      message: expect.stringContaining('needs a worker of the runtime "LSP"'),
    });
  });

  it('knows an operator’s file by its name, but not a client’s', async () => {
    stage = await openModelStage({});
    const folder = join(stage.store, 'plain');
    mkdirSync(join(folder, 'MAR-INF'), { recursive: true });
    writeFileSync(join(folder, 'MAR-INF', 'MANIFEST.json'), '{"runtime": "node", "model": {}}');
    writeFileSync(join(folder, 'handler.mjs'), '');
    const registration = { url: 'plain', parameters: {} };
    const register = (by: 'api' | 'operator') =>
      registerModel({ ...registration, by }, new Registry(), stage.services);
    expect((await register('operator')).name).toBe('plain');
    await expect(register('api')).rejects.toMatchObject({ code: 'MODEL_NAME_UNDEFINED' });
  });

  it('serves an .onnx file as it is', async () => {
    stage = await openModelStage({});
    mkdirSync(stage.store);
    const path = join(stage.store, 'net.onnx');
    writeFileSync(path, '');
    const registration = { url: path, parameters: {}, by: 'operator' } as const;
    const version = await registerModel(registration, new Registry(), stage.services);
    expect(version).toMatchObject({ name: 'net', handler: 'onnx', version: '1.0' });
  });

  it('leaves nothing of a fetched archive that cannot be used', async () => {
    stage = await openModelStage({});
    mkdirSync(stage.store);
    const source = join(stage.services.extractInto, 'broken.mar');
    writeFileSync(source, 'no archive');
    const registration = { url: pathToFileURL(source).href, parameters: {}, by: 'api' } as const;
    await expect(registerModel(registration, new Registry(), stage.services)).rejects.toMatchObject({
      message: 'Model name is not defined.',
    });
    expect(readdirSync(stage.store)).toEqual([]);
    expect(stage.said).toEqual([expect.stringContaining('not a sound archive')]);
  });
});

/** A runtime that makes something ready, or fails to. */
function preparing(prepare: (demand: PrepareDemand) => Promise<void>, released: string[]): Runtime {
  return {
    ...nodeRuntime,
    names: ['python'],
    async prepare(demand) {
      await prepare(demand);
      return { ...nodeRuntime, release: async () => void released.push(demand.model) };
    },
  };
}

describe('a runtime that makes ready what a model needs', () => {
  const released: string[] = [];
  const config = 'useVenv: true\n';

  async function registered(prepare: (demand: PrepareDemand) => Promise<void>, registry = new Registry()) {
    stage = await openModelStage({ m: { handler: 'act.mjs', runtime: 'python', config } });
    const services = { ...stage.services, runtimes: [preparing(prepare, released)] };
    return registerModel({ url: 'm', parameters: {}, by: 'api' }, registry, services);
  }

  it('is told of the model, and of its end', async () => {
    const demands: PrepareDemand[] = [];
    const said: unknown[] = [];
    const version = await registered(async (demand) => {
      demands.push(demand);
      stage.services.hub.on('model.output', (event) => said.push(event));
      demand.onLine('stdout', 'Collecting six');
    });
    expect(demands).toMatchObject([
      { model: 'm', version: '1.0', word: 'python', useVenv: true, directory: join(stage.store, 'm') },
    ]);
    expect(said).toEqual([{ model: 'm', version: '1.0', stream: 'stdout', line: 'Collecting six' }]);
    expect(released).toEqual([]);
    await version.close(0);
    expect(released).toEqual(['m']);
  });

  it('may fail, and then nothing is registered', async () => {
    const registry = new Registry();
    const failed = registered(
      () => Promise.reject(serveError('PIP_MISSING', { model: 'm', path: 'p' })),
      registry,
    );
    await expect(failed).rejects.toMatchObject({ code: 'PIP_MISSING', status: 400 });
    expect(registry.all()).toEqual([]);
  });

  it('is not asked for a version that is there already', async () => {
    let asked = 0;
    const registry = new Registry();
    const again = async () => {
      asked += 1;
    };
    const version = await registered(again, registry);
    const services = { ...stage.services, runtimes: [preparing(again, released)] };
    const registration = { url: 'm', parameters: {}, by: 'api' } as const;
    await expect(registerModel(registration, registry, services)).rejects.toMatchObject({ status: 409 });
    expect(asked).toBe(1);
    await version.close(0);
  });
});
