import type { Interval } from './bootstrap.js';
import type { ScalingPoint } from './scaling-fit.js';

/** Throughput with a number of workers, and how sure its gain over the count before is. */
export interface Step extends ScalingPoint {
  /** Throughput over that of the next smaller count; undefined for the smallest, or with too few repeats. */
  readonly gain: Interval | undefined;
}

/** A step that gains less is not worth the memory of its workers. */
const WORTH = 1.1;
const UNSURE = ', but the repeats scatter too much to be sure';

/**
 * One sentence on how many workers are worth it: names the first step that gains less than 10 %, or says that even the
 * last one gained. Undefined with fewer than two counts.
 */
export function adviseWorkers(steps: readonly Step[], cores: number): string | undefined {
  const sorted = [...steps].sort((a, b) => a.workers - b.workers);
  const pairs = sorted.slice(1).map((step, index) => ({ from: sorted[index] ?? step, to: step }));
  const last = pairs.at(-1);
  if (!last) return undefined;
  const flat = pairs.find(({ from, to }) => to.requestsPerSecond < WORTH * from.requestsPerSecond);
  const machine = `on this machine: ${cores} ${cores === 1 ? 'core' : 'cores'}`;
  if (!flat)
    return `${gainOf(last)} ${machine}; a larger number of workers is worth a try${last.to.gain && last.to.gain.low < 1 ? UNSURE : ''}.`;
  return `${gainOf(flat)} ${machine}; ${workers(flat.from.workers)} ${flat.from.workers === 1 ? 'is' : 'are'} enough${doubt(flat.to)}.`;
}

function gainOf({ from, to }: { from: Step; to: Step }): string {
  const percent = Math.round((to.requestsPerSecond / from.requestsPerSecond - 1) * 100);
  const verb = to.workers === 1 ? (percent < 0 ? 'loses' : 'gains') : percent < 0 ? 'lose' : 'gain';
  return `${workers(to.workers)} ${verb} ${Math.abs(percent)} % over ${from.workers}`;
}

function doubt({ gain }: Step): string {
  return gain && gain.high >= WORTH ? UNSURE : '';
}

function workers(count: number): string {
  return `${count} worker${count === 1 ? '' : 's'}`;
}
