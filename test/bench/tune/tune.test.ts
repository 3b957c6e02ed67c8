import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseSlo } from '../../../src/bench/tune/slo.js';
import { type TuneDemand, tune, usualRuns, whyUnmet } from '../../../src/bench/tune/tune.js';
import { readModelConfig } from '../../../src/config/model-config.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tune-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function demand(changes: Partial<TuneDemand> = {}): TuneDemand {
  return {
    model: undefined,
    slos: parseSlo('p99=60s'),
    ranges: { workers: [1], threads: [1], batchSize: [1, 4], batchDelayMs: [1] },
    runs: 2,
    output: join(folder, 'out.yaml'),
    force: false,
    questions: { inputs: [], expects: [], contentType: undefined, tolerance: 1e-3 },
    connections: [2],
    durationSec: 1,
    timeoutMs: 20_000,
    startTimeoutMs: 60_000,
    ...changes,
  };
}

const silent = { begin() {}, at() {} };
const never = () => new AbortController().signal;

describe('tuning a model', () => {
  it('serves it with each of the settings and writes the best ones', async () => {
    const tuning = await tune(demand(), never(), silent);
    expect(tuning.attempts.map(({ candidate }) => candidate.batchSize).sort()).toEqual([1, 4]);
    expect(tuning.attempts.map(({ fault }) => fault)).toEqual([undefined, undefined]);
    for (const { requestsPerSecond } of tuning.attempts) expect(requestsPerSecond).toBeGreaterThan(0);
    const chosen = tuning.candidates[tuning.search.chosen?.index ?? -1];
    const text = readFileSync(join(folder, 'out.yaml'), 'utf8');
    expect(readModelConfig(text, 'x').config).toMatchObject({
      minWorkers: 1,
      batchSize: chosen?.batchSize,
      threads: 1,
    });
    expect(text).toContain('name: image_classifier');
    expect(whyUnmet(tuning)).toBeUndefined();
  }, 60_000);

  it('writes nothing and says what came closest when no settings keep the limits', async () => {
    const tuning = await tune(demand({ slos: parseSlo('p99=0.001ms'), runs: 1 }), never(), silent);
    expect(tuning.recommended).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
    expect(whyUnmet(tuning)).toMatchObject({
      code: 'TUNE_UNMET',
      exitCode: 1,
      message: expect.stringMatching(
        /Nothing that was tried \(1 setting\) keeps p99 <= 0.001 ms\. The closest, 1 worker .* has p99 of/,
      ),
    });
  }, 60_000);

  it('keeps what it found when it is interrupted', async () => {
    const interruption = new AbortController();
    const progress = {
      begin() {},
      at: (done: number) => done === 1 && interruption.abort(new Error('enough')),
    };
    const tuning = await tune(demand(), interruption.signal, progress as typeof silent);
    expect(tuning).toMatchObject({ interrupted: true, attempts: { length: 1 } });
    expect(existsSync(join(folder, 'out.yaml'))).toBe(true);
  }, 60_000);

  it('has nothing when it is interrupted at once', async () => {
    const tuning = await tune(demand(), AbortSignal.abort(new Error('enough')), silent);
    expect(tuning).toMatchObject({ interrupted: true, attempts: [], recommended: undefined });
    expect(whyUnmet(tuning)).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('overwrites nothing unless it is told to', async () => {
    writeFileSync(join(folder, 'out.yaml'), 'mine');
    await expect(tune(demand(), never(), silent)).rejects.toMatchObject({ code: 'TUNE_OUTPUT_EXISTS' });
    expect(readFileSync(join(folder, 'out.yaml'), 'utf8')).toBe('mine');
    await tune(demand({ force: true, runs: 1 }), never(), silent);
    expect(readFileSync(join(folder, 'out.yaml'), 'utf8')).toContain('minWorkers: 1');
  }, 60_000);

  it('keeps what it found when its file cannot be written in the end', async () => {
    const below = join(folder, 'below');
    mkdirSync(below);
    const progress = { begin() {}, at: () => rmSync(below, { recursive: true, force: true }) };
    const tuning = await tune(demand({ output: join(below, 'out.yaml'), runs: 1 }), never(), progress);
    expect(tuning.recommended).toContain('minWorkers: 1');
    expect(tuning.unwritten).toMatchObject({ code: 'TUNE_OUTPUT', exitCode: 1 });
    const taken = { begin() {}, at: () => writeFileSync(join(folder, 'out.yaml'), 'mine') };
    const late = await tune(demand({ runs: 1 }), never(), taken);
    expect(late.unwritten).toMatchObject({ code: 'TUNE_OUTPUT_EXISTS' });
    expect(readdirSync(folder)).toEqual(['out.yaml']);
  }, 60_000);

  it('begins nothing when its file cannot be written', async () => {
    const begun: string[] = [];
    const progress = { begin: (what: string) => void begun.push(what), at() {} };
    const output = join(folder, 'missing', 'out.yaml');
    await expect(tune(demand({ output }), never(), progress)).rejects.toMatchObject({ code: 'TUNE_OUTPUT' });
    expect(begun).toEqual([]);
  });

  it('refuses more combinations than anyone wants to list', async () => {
    const many = Array.from({ length: 32 }, (_, index) => index + 1);
    const ranges = { workers: [1], threads: many, batchSize: many, batchDelayMs: many };
    await expect(tune(demand({ ranges }), never(), silent)).rejects.toMatchObject({ code: 'TUNE_TOO_MANY' });
  });

  it('usually runs 15 of 100 combinations, but not too few and not too many', () => {
    expect([3, 20, 124, 310, 5000].map(usualRuns)).toEqual([3, 6, 18, 46, 60]);
  });
});
