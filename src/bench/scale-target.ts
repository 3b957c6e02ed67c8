import { serveError } from '../core/errors.js';
import { scaleWorkers } from './targets/management.js';
import type { Target } from './targets/target.js';

/** Gives the model of a target exactly so many workers. Throws BENCH_UNSCALABLE, BENCH_SCALE and BENCH_TARGET_DOWN. */
export async function scaleTarget(
  { management: address, inference, model }: Target,
  workers: number,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<void> {
  if (address === undefined) throw serveError('BENCH_UNSCALABLE', { url: inference });
  const management = { address, flag: '--management-url', signal };
  await scaleWorkers(management, model, { minWorkers: workers, maxWorkers: workers }, timeoutMs);
}
