import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asServeError } from '../../src/core/errors.js';
import type { Job } from '../../src/core/job.js';
import { type MadeLine, makeLine } from '../scheduling/line.js';
import { isAlive, openStage, type Stage, until } from '../workers/fixtures/stage.js';
import { killAround, randomFrom, runLoad } from './storm.js';

const SEED = Number(process.env.TS_SERVE_CHAOS_SEED ?? 20_240_601);

let stage: Stage;

beforeEach(async () => {
  stage = await openStage();
});

afterEach(() => stage.close());

/** Everything that was ever let in. */
function watchJobs(): { readonly admitted: Set<Job>; readonly settled: Job[] } {
  const admitted = new Set<Job>();
  const settled: Job[] = [];
  stage.hub.on('job.admitted', ({ job }) => admitted.add(job));
  stage.hub.on('job.settled', ({ job }) => settled.push(job));
  return { admitted, settled };
}

/** How a job ended: `answered` only with exactly the bytes that were asked for. */
async function outcome(job: Job, body: string): Promise<string> {
  try {
    const answer = await job.answer;
    const right = String(answer.body) === body && answer.headers['x-echo'] === job.request.id;
    return right ? 'answered' : 'answered wrongly';
  } catch (thrown) {
    return asServeError(thrown).code;
  }
}

function isReady(line: MadeLine): boolean {
  return line.group.workers.every(({ state }) => state === 'ready');
}

describe('workers that are killed under load', () => {
  it('lose nothing, double nothing, and leave what waits untouched: 200 kills', async () => {
    const random = randomFrom(SEED);
    const journal = join(stage.folder, 'journal');
    const { admitted, settled } = watchJobs();
    const line = makeLine(stage, { behaviour: { journal }, batching: { batchSize: 4, maxBatchDelayMs: 2 } });
    await line.group.scale(4, 4);
    const seen = new Set<number>();
    let killing = true;
    const killed = killAround({
      kills: 200,
      everyMs: 60,
      random,
      limitMs: 120_000,
      victims: () => {
        const pids = line.group.workers
          .filter(({ state, answered }) => state === 'ready' && answered > 0)
          .map(({ facts }) => facts.pid ?? 0);
        for (const pid of pids) seen.add(pid);
        return pids;
      },
    }).finally(() => {
      killing = false;
    });
    const tally = await runLoad({
      concurrency: 48,
      more: () => killing,
      ask: (number) => {
        const body = `body ${number}`;
        return outcome(line.ask({ delayMs: String(Math.floor(random() * 4)) }, body), body);
      },
    });
    expect(await killed).toBe(200);
    console.log(`seed ${SEED}:`, tally);

    expect(settled.length).toBe(admitted.size);
    expect(new Set(settled).size).toBe(settled.length);
    expect(Object.keys(tally).sort()).toEqual(['WORKER_OUT_OF_MEMORY', 'answered']);
    expect(tally.answered).toBeGreaterThan(1000);
    // Only what was sent to a worker can die with it, and a kill costs at most the batch that worker had.
    const lost = settled.filter(({ outcome: end }) => end?.kind === 'failed');
    expect(lost.every(({ sentAt }) => sentAt !== undefined)).toBe(true);
    expect(lost.length).toBeLessThanOrEqual(200 * 4);
    const begun = readFileSync(journal, 'utf8').trim().split('\n');
    expect(new Set(begun).size).toBe(begun.length);
    const answered = settled.filter(({ outcome: end }) => end?.kind === 'answered');
    const begunIds = new Set(begun);
    expect(answered.every(({ request }) => begunIds.has(request.id))).toBe(true);

    await until(() => isReady(line));
    expect(line.group.workers.map(({ id }) => id)).toEqual(['9000', '9001', '9002', '9003']);
    expect(line.queue.length).toBe(0);
    await line.group.stop(1000);
    expect([...seen].filter(isAlive)).toEqual([]);
  });
});

describe('clients that go in a storm', () => {
  it('leave no job, no credit and no worker behind', async () => {
    const random = randomFrom(SEED);
    const { admitted, settled } = watchJobs();
    const line = makeLine(stage, { capacity: 64, batching: { batchSize: 3, maxBatchDelayMs: 3 } });
    await line.group.scale(2, 2);
    const before = line.group.workers.map(({ facts }) => facts.pid);
    let asked = 0;
    const tally = await runLoad({
      concurrency: 64,
      more: () => asked < 5000,
      ask: async (number) => {
        asked += 1;
        const body = `body ${number}`;
        const streams = random() < 0.3;
        const job = line.ask(
          streams ? { stream: '20' } : { delayMs: String(Math.floor(random() * 3)) },
          body,
        );
        if (random() < 0.1) job.cancel();
        else if (random() < 0.6) setTimeout(() => job.cancel(), random() * 40);
        return streams ? await drainStream(job) : await outcome(job, body);
      },
    });
    console.log(`seed ${SEED}:`, tally);
    expect(settled.length).toBe(admitted.size);
    expect(settled.length).toBe(asked);
    expect(Object.keys(tally).sort()).toEqual(['CLIENT_GONE', 'answered', 'streamed']);
    await until(() => line.group.credits === 2);
    expect(line.group.workers.map(({ inFlight }) => inFlight)).toEqual([0, 0]);
    expect(line.group.workers.map(({ facts }) => facts.pid)).toEqual(before);
    expect(line.queue.length).toBe(0);
  });
});

/** Reads a streamed answer to its end, whatever that is. */
async function drainStream(job: Job): Promise<string> {
  try {
    let bytes = 0;
    for await (const chunk of (await job.answer).body as AsyncIterable<Buffer>) bytes += chunk.length;
    return bytes === 203 ? 'streamed' : `streamed ${bytes} bytes`;
  } catch (thrown) {
    return asServeError(thrown).code;
  }
}

describe('handlers that hang', () => {
  it('cost the batch they hang in, and nothing else', async () => {
    const random = randomFrom(SEED);
    const { admitted, settled } = watchJobs();
    const line = makeLine(stage, { settings: { responseTimeoutSec: 0.5 } });
    await line.group.scale(2, 2);
    const first = line.group.workers.map(({ facts }) => facts.pid ?? 0);
    let asked = 0;
    const tally = await runLoad({
      concurrency: 8,
      more: () => asked < 1500,
      ask: (number) => {
        asked += 1;
        const body = `body ${number}`;
        return outcome(line.ask(random() < 0.01 ? { act: 'hang' } : {}, body), body);
      },
    });
    console.log(`seed ${SEED}:`, tally);
    const hung = settled.filter(({ request }) => request.headers.act === 'hang').length;
    expect(hung).toBeGreaterThan(2);
    expect(tally).toEqual({ answered: 1500 - hung, WORKER_DIED: hung });
    expect(settled.length).toBe(admitted.size);
    await until(() => isReady(line));
    expect(first.some(isAlive)).toBe(false);
  });
});

describe('a client that reads a stream slowly', () => {
  it('is given up before its bytes fill the memory, and the worker is free again', async () => {
    const line = makeLine(stage, { line: { maxBufferedBytes: 4 * 1024 * 1024 } });
    await line.group.scale(1, 1);
    const before = process.memoryUsage.rss();
    // 4 GB if nobody stopped it.
    const slow = line.ask({ stream: '65536', pieceBytes: '65536' });
    await slow.answer;
    await until(() => slow.settled, 30_000);
    expect(slow.outcome).toMatchObject({ kind: 'failed', error: { code: 'CLIENT_GONE' } });
    expect(String((await line.ask({}, 'next').answer).body)).toBe('next');
    expect(process.memoryUsage.rss() - before).toBeLessThan(150 * 1024 * 1024);
  });
});
