import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { InferenceRequest } from '../../src/core/inference.js';
import type { ModelVersion } from '../../src/models/model-version.js';
import { registerModel } from '../../src/models/register.js';
import { Registry } from '../../src/models/registry.js';
import { type ModelStage, openModelStage } from './stage.js';

let stage: ModelStage;
let version: ModelVersion;

beforeEach(async () => {
  stage = await openModelStage({ act: { handler: 'act.mjs' } });
  const registration = { url: 'act', parameters: {}, by: 'operator' } as const;
  version = await registerModel(registration, new Registry(), stage.services);
  await version.scale(1, 1);
});

afterEach(async () => {
  await version.close(0);
  await stage.close();
});

function request(order: object): InferenceRequest {
  const pieces = [Buffer.from(JSON.stringify(order))];
  const part = { name: 'body', contentType: 'application/json', pieces };
  return { id: randomUUID(), model: 'act', verb: 'predict', headers: {}, parts: [part] };
}

describe('a model version', () => {
  it('answers what it admits', async () => {
    const { body } = await version.admit(request({ do: 'ok' })).answer;
    expect(String(body)).toBe('did ok');
    expect(version.healthyWorkers).toBe(1);
  });

  it('tells observers that it was scaled', async () => {
    const changes: string[] = [];
    stage.services.hub.on('model.changed', ({ change }) => changes.push(change));
    await version.scale(0, 0);
    expect(changes).toEqual(['scaled']);
    expect(() => version.admit(request({}))).toThrow('has no worker to serve inference request');
  });

  it('answers what waits and runs before it closes, and admits nothing more', async () => {
    const jobs = [1, 2].map(() => version.admit(request({ do: 'sleep', ms: 150 })));
    const closed = version.close(5000);
    expect(() => version.admit(request({}))).toThrow('The server is stopping.');
    const answers = await Promise.all(jobs.map((job) => job.answer));
    expect(answers.map(({ body }) => String(body))).toEqual(['did sleep', 'did sleep']);
    await closed;
    expect(version.group.workers).toEqual([]);
  });

  it('ends those that take too long to close', async () => {
    const [running, waiting] = [1, 2].map(() => version.admit(request({ do: 'sleep', ms: 20_000 })));
    await version.close(100);
    await expect(running?.answer).rejects.toMatchObject({ code: 'WORKER_DIED' });
    await expect(waiting?.answer).rejects.toMatchObject({ code: 'SERVER_STOPPING' });
  });

  it('says so when closing takes longer than allowed', async () => {
    const job = version.admit(request({ do: 'sleep', ms: 600 }));
    await expect(version.closeWithin(50, 5000)).rejects.toMatchObject({
      status: 408,
      message: 'Timed out while cleaning resources: act',
    });
    expect(String((await job.answer).body)).toBe('did sleep');
  });

  it('leaves a folder that is served in place alone', async () => {
    await version.close(0);
    expect(existsSync(version.directory)).toBe(true);
  });
});

describe('a stateful model version', () => {
  const CONFIG = 'sequenceBatching: true\nsequenceMaxIdleMSec: 60000\nmaxNumSequence: 1\nminWorkers: 1\n';

  it('knows its sequences by the names that are configured, and so does its handler', async () => {
    const models = { sums: { handler: 'about.mjs', config: CONFIG } };
    const other = await openModelStage(models, { ts_header_key_sequence_id: 'talk' });
    const sums = await registerModel(
      { url: 'sums', parameters: {}, by: 'operator' },
      new Registry(),
      other.services,
    );
    await sums.scale(1, 1);
    const ask = (talk: string, word: string) => {
      const part = { name: 'body', contentType: '', pieces: [Buffer.from(word)] };
      return sums.admit({ ...request({}), headers: { talk }, parts: [part] });
    };
    const { body } = await ask('a', 'env TS_REQUEST_SEQUENCE_ID').answer;
    expect(JSON.parse(String(body))).toEqual({ TS_REQUEST_SEQUENCE_ID: 'talk' });
    expect(() => ask('b', 'env X')).toThrow(expect.objectContaining({ code: 'NO_WORKER' }));
    await sums.close(0);
    await other.close();
  });

  it('warns of a sequence that can never begin', async () => {
    const config = CONFIG.replace('60000', '0');
    const other = await openModelStage({ sums: { handler: 'act.mjs', config } });
    await registerModel({ url: 'sums', parameters: {}, by: 'operator' }, new Registry(), other.services);
    expect(other.said).toEqual([expect.stringContaining('Model sums: sequenceBatching needs')]);
    await other.close();
  });
});
