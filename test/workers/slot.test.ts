import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.js';
import { Slot, type SlotOptions } from '../../src/workers/slot.js';
import type { Worker } from '../../src/workers/worker.js';
import { makeJob, openStage, type Stage, until, type WorkerWishes } from './fixtures/stage.js';

let stage: Stage;
let slot: Slot | undefined;
let delays: number[];
let ring: () => void;

beforeEach(async () => {
  stage = await openStage();
  delays = [];
  ring = () => {};
});

afterEach(async () => {
  await slot?.remove(0);
  slot = undefined;
  await stage.close();
});

/** A started slot whose waiting times are written down and end when `ring` is called. */
function start(wishes: () => WorkerWishes = () => ({}), options: Partial<SlotOptions> = {}): Slot {
  slot = new Slot({
    newWorker: (ears) => stage.worker({ ...wishes(), ears }),
    model: 'echo',
    maxRetryTimeoutSec: 300,
    clock: {
      ...systemClock,
      after: (delayMs, wake) => {
        delays.push(delayMs);
        ring = wake;
        return () => {
          ring = () => {};
        };
      },
    },
    log: stage.log,
    onReplaced: () => {},
    onGivenUp: () => {},
    ...options,
  });
  slot.start();
  return slot;
}

async function isReady(worker: Worker): Promise<boolean> {
  await until(() => worker.state === 'ready');
  return true;
}

describe('a slot', () => {
  it('settles its attempt with the worker once it is ready', async () => {
    const made = start();
    expect(await made.attempt).toBe(made.worker);
    expect(made.worker.state).toBe('ready');
  });

  it('settles its attempt with the worker that failed', async () => {
    const made = start(() => ({ behaviour: { atLoad: 'fail' } }));
    expect((await made.attempt).lastFailure).toBe('no such weights');
  });

  it('replaces a worker that had worked at once', async () => {
    let replaced = 0;
    const made = start(undefined, { onReplaced: () => replaced++ });
    const first = await made.attempt;
    const job = makeJob();
    first.send([job]);
    await job.answer;
    process.kill(first.facts.pid ?? 0, 'SIGKILL');
    await until(() => made.worker !== first);
    expect(await isReady(made.worker)).toBe(true);
    expect([replaced, delays]).toEqual([1, []]);
    expect(stage.lines).toContain('Retry worker: 9000 in 0 seconds.');
  });

  it("waits TorchServe's time after a failure, and keeps the failed worker until then", async () => {
    let behaviour: WorkerWishes['behaviour'] = { atLoad: 'fail' };
    const made = start(() => ({ behaviour }));
    const first = await made.attempt;
    expect(delays).toEqual([1000]);
    expect(made.worker).toBe(first);
    ring();
    const second = await made.attempt;
    expect(second).not.toBe(first);
    expect(delays).toEqual([1000, 1000]);
    behaviour = {};
    ring();
    expect((await made.attempt).state).toBe('ready');
  });

  it('is given up when failures last too long, until somebody asks anew', async () => {
    let givenUp = 0;
    let behaviour: WorkerWishes['behaviour'] = { atLoad: 'fail' };
    const made = start(() => ({ behaviour }), { maxRetryTimeoutSec: 0, onGivenUp: () => givenUp++ });
    await made.attempt;
    ring();
    const last = await made.attempt;
    expect([givenUp, last.healthy, delays]).toEqual([1, false, [1000]]);
    behaviour = {};
    made.retryNow();
    expect((await made.attempt).state).toBe('ready');
    expect(made.worker.healthy).toBe(true);
  });

  it('ends its waiting time when somebody asks anew', async () => {
    const made = start(() => ({ behaviour: { atLoad: 'fail' } }));
    const first = await made.attempt;
    made.retryNow();
    made.retryNow();
    expect(await made.attempt).not.toBe(first);
    // A new streak began.
    expect(delays).toEqual([1000, 1000]);
  });

  it('is not asked anew while its worker lives', async () => {
    const made = start();
    const worker = await made.attempt;
    made.retryNow();
    expect(made.worker).toBe(worker);
  });

  it('replaces nobody once it is removed', async () => {
    const made = start();
    const worker = await made.attempt;
    await made.remove(1000);
    expect(made.worker).toBe(worker);
    expect(worker.state).toBe('stopped');
  });

  it('may be removed while it waits, and while it starts', async () => {
    const waiting = start(() => ({ behaviour: { atLoad: 'fail' } }));
    await waiting.attempt;
    await waiting.remove(1000);
    ring();
    expect(waiting.worker.state).toBe('failed');
    const starting = start();
    await starting.remove(1000);
    expect((await starting.attempt).state).toBe('stopped');
  });

  it('tells how it fares, and of a crash loop, until a worker has proven itself', async () => {
    let behaviour: WorkerWishes['behaviour'] = { atLoad: 'fail' };
    const made = start(() => ({ behaviour }));
    expect(made.facts).toMatchObject({
      failures: 0,
      failuresInARow: 0,
      crashLoop: false,
      lastFailure: undefined,
    });
    for (let failure = 1; failure <= 3; failure += 1) {
      await made.attempt;
      await until(() => made.facts.failures === failure);
      expect(made.facts).toMatchObject({
        failuresInARow: failure,
        crashLoop: failure === 3,
        lastFailure: { reason: 'no such weights' },
      });
      expect(made.facts.retryAt).toBeGreaterThan(Date.now());
      if (failure === 3) behaviour = {};
      ring();
    }
    expect(stage.lines.join('\n')).toMatch(
      /Model echo is in a crash loop: worker \d+ failed 3 times in \d+ seconds\. The last reason: no such weights/,
    );
    const worker = await made.attempt;
    const job = makeJob();
    worker.send([job]);
    await job.answer;
    expect(made.facts).toMatchObject({ worker, failures: 3, failuresInARow: 0, crashLoop: false });
    expect(made.facts.retryAt).toBeUndefined();
  });
});
