import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { BUNDLED_MODEL } from '../../../src/bench/questions.js';
import { countWorkers } from '../../../src/bench/targets/management.js';
import { startOwn } from '../../../src/bench/targets/own.js';

// A temporary folder of its own, so that what is left there can only be from here.
const folder = mkdtempSync(join(tmpdir(), 'ts-own-'));
process.env.TMPDIR = folder;
const options = { workers: 1, threads: 1, startTimeoutMs: 30_000, signal: new AbortController().signal };
const leftOver = () => readdirSync(tmpdir()).filter((name) => name.startsWith('ts-bench-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a server of our own', () => {
  it('runs with the model and the workers that were asked for, and is gone when it is closed', async () => {
    const target = await startOwn({ ...options, model: BUNDLED_MODEL });
    expect(target).toMatchObject({ kind: 'own', model: 'digits' });
    const management = { address: target.management, flag: '', signal: options.signal };
    expect((await countWorkers(management, 'digits')).ready).toBe(1);
    expect((await fetch(`${target.inference}/ping`)).status).toBe(200);
    await target.close();
    await expect(fetch(`${target.inference}/ping`)).rejects.toThrowError();
  });

  it('leaves no folder behind', async () => {
    const before = leftOver();
    const target = await startOwn({ ...options, model: BUNDLED_MODEL });
    expect(leftOver()).toHaveLength(before.length + 1);
    await target.close();
    expect(leftOver()).toEqual(before);
  });

  it('needs a model that is there', async () => {
    const started = startOwn({ ...options, model: join(folder, 'none.mar') });
    await expect(started).rejects.toMatchObject({ code: 'BENCH_MODEL_MISSING' });
  });

  it('gives what the server said when it did not start', async () => {
    const broken = join(folder, 'broken.mar');
    writeFileSync(broken, 'no archive');
    const started = startOwn({ ...options, model: broken });
    await expect(started).rejects.toMatchObject({ code: 'BENCH_SERVER_FAILED' });
    await expect(started).rejects.toThrowError('broken.mar');
  });

  it('is not waited for longer than was said', async () => {
    const before = leftOver();
    const started = startOwn({ ...options, model: BUNDLED_MODEL, startTimeoutMs: 50 });
    await expect(started).rejects.toThrowError('not ready within 0.05 s');
    expect(leftOver()).toEqual(before);
  });

  it('goes when it is interrupted while it starts', async () => {
    const before = leftOver();
    const signal = AbortSignal.timeout(100);
    await expect(startOwn({ ...options, model: BUNDLED_MODEL, signal })).rejects.toThrowError();
    expect(leftOver()).toEqual(before);
  });
});
