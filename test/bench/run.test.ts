import { afterEach, describe, expect, it } from 'vitest';
import type { Plan } from '../../src/bench/plan.js';
import { runPlan } from '../../src/bench/run.js';
import { LOAD, SCALING, STAGE } from './measurement.js';
import { type AnswerTo, type ModelServer, startModelServer } from './model-server.js';

let server: ModelServer;
afterEach(() => server.stop());

const QUESTION = {
  name: 'q',
  body: Buffer.from('q'),
  contentType: 'text/plain',
  expectation: { kind: 'answer', text: 'q', tolerance: 0 },
} as const;

async function run(
  plan: Plan,
  answer?: AnswerTo,
  onBegin: (label: string, stop: () => void) => void = () => {},
  onAt: (stop: () => void) => void = () => {},
) {
  server = await startModelServer({ answer });
  const target = {
    kind: 'url',
    model: 'echo',
    inference: server.origin,
    management: server.origin,
    close: async () => {},
  } as const;
  const contenders = [{ label: 'echo', target, questions: [QUESTION] }];
  const interruption = new AbortController();
  const labels: string[] = [];
  const progress = {
    begin(label: string) {
      labels.push(label);
      onBegin(label, () => interruption.abort());
    },
    at: () => onAt(() => interruption.abort()),
  };
  const { signal } = interruption;
  return { ...(await runPlan({ plan, contenders, signal, progress })), labels };
}

describe('a scaling plan', () => {
  it('measures every worker count in every repeat, warm-up apart', async () => {
    const { rounds, interrupted, labels } = await run({ ...SCALING, warmup: 3, repeats: 2 });
    expect(interrupted).toBe(false);
    expect(rounds.map(({ workers, repeat }) => [workers, repeat])).toEqual([
      [1, 0],
      [2, 0],
      [1, 1],
      [2, 1],
    ]);
    expect(server.scaledTo).toEqual([1, 2, 1, 2]);
    for (const { sequential, parallel } of rounds)
      expect([sequential?.asked, parallel.asked]).toEqual([10, 10]);
    // Twenty measured requests a round, and three for each worker before.
    expect(server.bodies).toHaveLength(4 * 20 + 2 * 3 + 2 * 6);
    expect(labels.slice(0, 4)).toEqual([
      '[1/4] scaling to 1 worker',
      '[1/4] warm-up',
      '[1/4] 1 worker, one after another',
      '[1/4] 1 worker, 4 at a time',
    ]);
  });

  it('warms a target up for a while before its first measurement only', async () => {
    const atBegin: [label: string, asked: number][] = [];
    const plan = { ...SCALING, warmup: 3, firstWarmupSec: 0.3 };
    const { labels } = await run(plan, undefined, (label) => atBegin.push([label, server.bodies.length]));
    const asked = (end: string) => atBegin.find(([label]) => label.endsWith(end))?.[1] ?? 0;
    const first = asked('1 worker, one after another');
    expect(first).toBeGreaterThan(30);
    expect(first % 3).toBe(0);
    expect(asked('2 workers, one after another') - asked('scaling to 2 workers')).toBe(6);
    expect(labels.filter((label) => label.endsWith('warm-up'))).toHaveLength(2);
  });

  it('counts a wrong answer of the warm-up', async () => {
    const wrongFirst: AnswerTo = (body, index) => ({ text: index === 0 ? 'wrong' : String(body) });
    const { rounds } = await run({ ...SCALING, workers: [1], warmup: 2 }, wrongFirst);
    expect(rounds[0]?.parallel).toMatchObject({ failed: 1, asked: 12 });
    expect(rounds[0]?.parallel.fault).toContain('wrong');
  });

  it('keeps the rounds that were whole when it is interrupted', async () => {
    const { rounds, interrupted } = await run(SCALING, undefined, (label, stop) => {
      if (label.endsWith('2 workers, 4 at a time')) stop();
    });
    expect(interrupted).toBe(true);
    expect(rounds.map(({ workers }) => workers)).toEqual([1]);
  });

  it('keeps the rounds that were whole when the server fails later, and tells how', async () => {
    const { rounds, interrupted, failure } = await run(SCALING, undefined, (label) => {
      if (label.endsWith('scaling to 2 workers')) server.refuseScaling = { status: 500, body: '{}' };
    });
    expect(rounds.map(({ workers }) => workers)).toEqual([1]);
    expect(interrupted).toBe(true);
    expect(failure).toMatchObject({ code: 'BENCH_SCALE' });
  });

  it('fails when nothing was measured before', async () => {
    const failing = run(SCALING, undefined, () => {
      server.refuseScaling = { status: 500, body: '{}' };
    });
    await expect(failing).rejects.toMatchObject({ code: 'BENCH_SCALE' });
  });

  it('has nothing when it is interrupted while it scales', async () => {
    const { rounds, interrupted } = await run(SCALING, undefined, (_label, stop) => stop());
    expect({ rounds, interrupted }).toEqual({ rounds: [], interrupted: true });
  });
});

describe('a load plan', () => {
  it('leaves the workers as they are unless told otherwise', async () => {
    const { rounds } = await run({
      ...LOAD,
      workers: undefined,
      stages: [{ ...STAGE, durationSec: 0.6, connections: 3 }],
    });
    expect(server.scaledTo).toEqual([]);
    expect(server.mostAtOnce).toBe(3);
    expect(rounds).toHaveLength(1);
    expect(rounds[0]).toMatchObject({ workers: undefined, sequential: undefined, parallel: { failed: 0 } });
    expect(rounds[0]?.parallel.asked).toBeGreaterThan(0);
  });

  it('keeps what was measured until it is interrupted', async () => {
    const stages = [{ ...STAGE, durationSec: 60, connections: 2 }];
    const plan = { ...LOAD, workers: undefined, warmup: 0, stages };
    const { rounds, interrupted } = await run(plan, undefined, undefined, (stop) => setTimeout(stop, 300));
    expect(interrupted).toBe(true);
    expect(rounds[0]?.parallel.asked).toBeGreaterThan(0);
  });
});

describe('a plan for several targets', () => {
  it('measures them in turn, at each worker count and stage', async () => {
    server = await startModelServer();
    const { origin } = server;
    const target = { kind: 'url', model: 'echo', inference: origin, management: origin } as const;
    const contenders = ['a', 'b'].map((label) => ({
      label,
      target: { ...target, close: async () => {} },
      questions: [QUESTION],
    }));
    const { signal } = new AbortController();
    const plan = { ...SCALING, requests: 2, repeats: 2 };
    const { rounds } = await runPlan({ plan, contenders, signal, progress: { begin() {}, at() {} } });
    expect(rounds.map((round) => `${round.repeat}${round.workers}${round.target}`)).toEqual([
      '01a',
      '01b',
      '02a',
      '02b',
      '11a',
      '11b',
      '12a',
      '12b',
    ]);
  });
});
