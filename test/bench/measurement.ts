import type { Measurement } from '../../src/bench/bench.js';
import type { Phase } from '../../src/bench/load/phase.js';
import type { LoadPlan, ScalingPlan, Stage } from '../../src/bench/plan.js';
import type { Round } from '../../src/bench/round.js';
import { summarize } from '../../src/bench/sample.js';
import { toHistogram } from '../../src/bench/stats/histogram.js';

const BASIS = { workers: [1, 2], warmup: 0, repeats: 1, timeoutMs: 1000, scaleTimeoutMs: 1000 };
export const SCALING: ScalingPlan = {
  ...BASIS,
  mode: 'scaling',
  requests: 10,
  parallel: 4,
  firstWarmupSec: 0,
};
export const STAGE: Stage = {
  connections: 64,
  ratePerSecond: undefined,
  durationSec: 10,
  requests: undefined,
};
export const LOAD: LoadPlan = { ...BASIS, mode: 'load', stages: [STAGE], ceiling: false };
const DIGITS = 'digits';
const KEY = { target: DIGITS, stage: 0, repeat: 0, server: undefined } as const;

/** Ten right answers of 5 ms. */
export function phaseOf(seconds: number, over: Partial<Phase> = {}): Phase {
  const latency = summarize(Array.from({ length: 10 }, () => 5));
  return {
    seconds,
    asked: 10,
    latency,
    failed: 0,
    fault: undefined,
    errors: {},
    histogram: toHistogram(Array.from({ length: 10 }, () => 5)),
    timeline: [],
    unsent: 0,
    reconnects: 0,
    ...over,
  };
}

/** A measurement as reports get it. */
export function measurementOf(plan: ScalingPlan | LoadPlan, rounds: readonly Round[]): Measurement {
  return {
    facts: {
      date: '2026-01-02T03:04:05.000Z',
      version: '0.1.0',
      commit: 'abc1234',
      node: 'v20.0.0',
      system: 'linux 6 x64',
      cpu: 'A CPU',
      cores: 2,
      memoryBytes: 2 ** 30,
    },
    demand: {
      plan,
      questions: { inputs: [], expects: [], contentType: undefined, tolerance: 0 },
      targets: [{ kind: 'own', model: undefined, threads: 1, startTimeoutMs: 1000 }],
    },
    targets: [
      { label: DIGITS, kind: 'own', model: 'digits', inference: 'http://127.0.0.1:1', difference: undefined },
    ],
    questions: ['a.png', 'b.png', 'c.png', 'd.png'],
    run: { rounds, interrupted: false },
    ceiling: undefined,
  };
}

export function scalingRound(workers: number, sequential: Phase, parallel: Phase): Round {
  return { ...KEY, workers, scaleSeconds: 0.5, sequential, parallel };
}

export function loadRound(workers: number | undefined, parallel: Phase): Round {
  return { ...KEY, workers, scaleSeconds: undefined, sequential: undefined, parallel };
}
