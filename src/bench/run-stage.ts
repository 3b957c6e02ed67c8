import type { Contender } from './contender.js';
import { countOf } from './count-of.js';
import { runCannon } from './load/cannon.js';
import type { LoadPlan, Stage } from './plan.js';
import type { Progress } from './progress.js';
import type { Measured } from './round.js';
import { compareSnapshots, type Snapshot, takeSnapshot } from './server-side/server-side.js';
import { predictionsUrl } from './targets/target.js';

export interface StageOptions {
  readonly plan: LoadPlan;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** The load before the measured one that warms the generator itself up, s. */
const WARMUP_SEC = 1;

/**
 * Puts a target under one stage of load and looks at its server when the load has begun and when it is over. Undefined
 * when it was interrupted before anything was measured. Throws BENCH_LOAD_PROCESS.
 */
export async function runStage(
  { target, questions }: Contender,
  label: string,
  stage: Stage | undefined,
  { plan, signal, progress }: StageOptions,
): Promise<Measured | undefined> {
  if (!stage) return undefined;
  const { requests, durationSec } = stage;
  progress.begin(`${label}${describeStage(stage)}`, requests ?? durationSec);
  let begun: Promise<Snapshot> | undefined;
  const order = {
    ...stage,
    url: predictionsUrl(target),
    questions,
    warmupSec: WARMUP_SEC,
    timeoutMs: plan.timeoutMs,
  };
  const parallel = await runCannon(order, {
    signal,
    onProgress: (seconds, asked) => {
      // Only now the warm-up is over.
      begun ??= takeSnapshot(target);
      progress.at(requests === undefined ? seconds : asked);
    },
  });
  if (!parallel) return undefined;
  const before = await begun;
  const server = before && compareSnapshots(before, await takeSnapshot(target), target.model);
  return { sequential: undefined, parallel, server };
}

/** What a stage does, in a few words. */
export function describeStage({ connections, ratePerSecond, durationSec, requests }: Stage): string {
  const length = requests === undefined ? `for ${durationSec} s` : `for ${countOf(requests, 'request')}`;
  const rate = ratePerSecond === undefined ? '' : `${ratePerSecond} requests/s over `;
  return `${rate}${countOf(connections, 'connection')} ${length}`;
}
