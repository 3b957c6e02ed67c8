import type { BatchPlan, PolicySettings, WaitingJob } from './policy.js';

/**
 * Plain batching: a batch is sealed when it is full, when a job that must be alone follows, or when its oldest job has
 * waited `maxBatchDelayMs` since its admission.
 */
export function dynamicPolicy(
  waiting: readonly WaitingJob[],
  credits: number,
  now: number,
  settings: PolicySettings,
): BatchPlan {
  const batches: number[] = [];
  let from = 0;
  while (batches.length < credits) {
    const oldest = waiting[from];
    if (!oldest) break;
    const size = company(waiting, from, settings.batchSize);
    const sealedAt = oldest.admittedAt + settings.maxBatchDelayMs;
    const sealed = size === settings.batchSize || from + size < waiting.length || oldest.alone;
    if (!sealed && now < sealedAt) return { batches, lookAgainAt: sealedAt };
    batches.push(size);
    from += size;
  }
  return { batches, lookAgainAt: undefined };
}

/** How many of the jobs from `from` on go together. */
function company(waiting: readonly WaitingJob[], from: number, batchSize: number): number {
  if (waiting[from]?.alone) return 1;
  const end = Math.min(waiting.length, from + batchSize);
  let at = from + 1;
  while (at < end && !waiting[at]?.alone) at += 1;
  return at - from;
}
