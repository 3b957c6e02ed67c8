import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asServeError } from '../../src/core/errors.js';
import type { Job } from '../../src/core/job.js';
import type { SchedulerSettings } from '../../src/scheduling/scheduler.js';
import { scheduledLine } from '../scheduling/line.js';
import { openStage, type Stage, until } from '../workers/fixtures/stage.js';
import { killAround, randomFrom, runLoad } from './storm.js';

const SEED = Number(process.env.TS_SERVE_CHAOS_SEED ?? 20_240_601);
const KILLS = 30;

let stage: Stage;

beforeEach(async () => {
  stage = await openStage();
});

afterEach(() => stage.close());

/** How a job ended; a streamed answer is read to its end. */
async function outcome(job: Job): Promise<string> {
  try {
    const { body } = await job.answer;
    if (!Buffer.isBuffer(body)) for await (const piece of body) void piece;
    return 'answered';
  } catch (thrown) {
    return asServeError(thrown).code;
  }
}

/** Jobs that were sent while another one of their sequence was under way. */
function watchOrder(): readonly string[] {
  const running = new Map<string, Job>();
  const broken: string[] = [];
  stage.hub.on('job.sent', ({ job }) => {
    const id = job.request.sequenceId ?? '';
    if (running.get(id)?.settled === false) broken.push(job.request.id);
    running.set(id, job);
  });
  return broken;
}

describe.each<[string, Partial<SchedulerSettings>]>([
  ['rounds', { continuousBatching: true, batchSize: 4 }],
  ['sequences', { sequenceBatching: true, batchSize: 4, maxNumSequence: 30 }],
  [
    'rounds of sequences',
    { continuousBatching: true, sequenceBatching: true, batchSize: 2, maxNumSequence: 30 },
  ],
])('%s, with clients that leave and workers that are killed', (_, settings) => {
  it(`lose nothing and settle everything once: ${KILLS} kills`, async () => {
    const random = randomFrom(SEED);
    const admitted = new Set<Job>();
    const settled: Job[] = [];
    stage.hub.on('job.admitted', ({ job }) => admitted.add(job));
    stage.hub.on('job.settled', ({ job }) => settled.push(job));
    const broken = watchOrder();
    const line = scheduledLine(stage, { maxBatchDelayMs: 1, ...settings });
    await line.group.scale(2, 2);
    let killing = true;
    const killed = killAround({
      kills: KILLS,
      everyMs: 100,
      random,
      limitMs: 60_000,
      victims: () =>
        line.group.workers.flatMap(({ state, answered, facts }) =>
          state === 'ready' && answered > 0 && facts.pid ? [facts.pid] : [],
        ),
    }).finally(() => {
      killing = false;
    });
    const ask = async (): Promise<string> => {
      await new Promise((resolve) => setTimeout(resolve, 5 * random()));
      const rounds = settings.continuousBatching ? String(1 + Math.floor(20 * random())) : '';
      try {
        const job = line.ask({ seq: `s${Math.floor(40 * random())}`, rounds });
        if (random() < 0.3) setTimeout(() => job.cancel(), 10 * random());
        return await outcome(job);
      } catch (thrown) {
        return asServeError(thrown).code;
      }
    };
    const tally = await runLoad({ concurrency: 24, more: () => killing, ask });
    expect(await killed).toBe(KILLS);
    console.log(`seed ${SEED}:`, tally);

    await until(() => settled.length >= admitted.size);
    expect(settled.length).toBe(admitted.size);
    expect(new Set(settled).size).toBe(settled.length);
    expect(Object.keys(tally).filter((word) => !EXPECTED.includes(word))).toEqual([]);
    expect(tally.answered).toBeGreaterThan(20);
    expect(line.queue.length).toBe(0);
    if (!settings.continuousBatching) expect(broken).toEqual([]);
    await until(() => line.group.workers.every(({ state }) => state === 'ready'));
    expect(line.group.workers.map(({ held, inFlight }) => held + inFlight)).toEqual([0, 0]);
  }, 120_000);
});

const EXPECTED = ['answered', 'CLIENT_GONE', 'WORKER_DIED', 'WORKER_OUT_OF_MEMORY', 'NO_WORKER'];
