import type { ModelSettings } from '../config/for-model.js';
import type { Settings } from '../config/keys.js';
import { serveError } from '../core/errors.js';

/** Refuses more workers than one model may have: each is a process, and a slip of one digit would take the machine down. */
export function checkWorkerCounts(
  model: string,
  { minWorkers, maxWorkers }: Pick<ModelSettings, 'minWorkers' | 'maxWorkers'>,
  { maxWorkersPerModel: limit }: Pick<Settings, 'maxWorkersPerModel'>,
): void {
  const count = Math.max(minWorkers, maxWorkers);
  if (count > limit) throw serveError('TOO_MANY_WORKERS', { model, count, limit });
}
