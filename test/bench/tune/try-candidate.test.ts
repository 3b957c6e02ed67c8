import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { layOutCopy, type ServedCopy } from '../../../src/bench/tune/served-copy.js';
import { parseSlo } from '../../../src/bench/tune/slo.js';
import { prepareTrials } from '../../../src/bench/tune/try-candidate.js';

const CANDIDATE = { workers: 1, threads: 1, batchSize: 1, batchDelayMs: 1 };
/** Answers rightly one by one, and something else in batches. */
const HANDLER = `export default class {
  handle(requests) { return requests.map(() => (requests.length > 1 || this.batches > 1 ? 'wrong' : 'right')); }
  initialize(context) { this.batches = context.modelYamlConfig?.batchSize ?? 1; }
}`;

let folder: string;
let copy: ServedCopy;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'try-'));
  writeFileSync(join(folder, 'handler.mjs'), HANDLER);
  writeFileSync(join(folder, 'input.txt'), 'hello');
  copy = await layOutCopy(folder);
});
afterEach(async () => {
  await copy.close();
  rmSync(folder, { recursive: true });
});

function trials(input: string, startTimeoutMs = 60_000) {
  return prepareTrials({
    copy,
    slos: parseSlo('p99=60s'),
    questions: { inputs: [input], expects: [], contentType: undefined, tolerance: 0 },
    connections: [1],
    durationSec: 1,
    timeoutMs: 20_000,
    startTimeoutMs,
    signal: new AbortController().signal,
  });
}

describe('running a candidate', () => {
  it('gives no figures to settings that change the answers', async () => {
    const run = trials(join(folder, 'input.txt'));
    expect(await run.run(CANDIDATE)).toMatchObject({ fault: undefined, connections: 1 });
    const batched = await run.run({ ...CANDIDATE, batchSize: 2 });
    expect(batched).toMatchObject({ requestsPerSecond: 0, strain: Number.POSITIVE_INFINITY });
    expect(batched?.fault).toContain('the answer is wrong, expected right');
  }, 60_000);

  it('throws what is wrong before anything was loaded', async () => {
    const failing = trials(join(folder, 'nothing.txt')).run(CANDIDATE);
    await expect(failing).rejects.toMatchObject({ code: 'BENCH_FILE' });
  }, 60_000);
});
