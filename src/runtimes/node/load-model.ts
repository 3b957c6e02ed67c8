import { readFileSync } from 'node:fs';
import { ServeError } from '../../core/errors.js';
import type { FailedHeader, LoadHeader } from '../../wire/frames.js';
import { BatchLoop } from './batch-loop.js';
import { WorkerContext } from './context.js';
import { CreditWindow } from './credits.js';
import { encodeOutput } from './encode-output.js';
import { loadHandler } from './loader.js';
import type { Outbox } from './outbox.js';
import { isPredictionException } from './prediction-exception.js';
import { isOutOfMemory, Service } from './service.js';
import { workerMetrics } from './worker-metrics.js';

/** Batches that may be on their way to a worker whose handler is very short. */
const MAX_CREDITS = 16;

/**
 * Finds and initializes the handler that LOAD names; what comes back runs its batches. `now` is for tests. Throws what the
 * handler throws.
 */
export async function loadModel(load: LoadHeader, outbox: Outbox, now?: () => number): Promise<BatchLoop> {
  const metrics = workerMetrics(
    load.model,
    () => context.requestIds,
    (metric) => outbox.put('METRIC', 0, metric),
  );
  const context: WorkerContext = new WorkerContext(load, serverVersion(), metrics, {
    put: (idx, output) => {
      const [status, reason] = context.getResponseStatus(idx);
      const header = { job: idx, status, reason, headers: context.getResponseHeaders(idx) };
      outbox.put('CHUNK', loop.currentId, header, [encodeOutput(output)]);
    },
    flush: () => outbox.flush(),
  });
  const handler = await loadHandler(load);
  await handler.initialize?.(context);
  const service = new Service(handler, context, {
    decodeInput: load.decodeInput,
    maxResponseBytes: load.maxResponseBytes,
    breathe: () => outbox.breathe(),
  });
  const loop = new BatchLoop(service, context, new CreditWindow(maxCredits(load)), outbox, now);
  return loop;
}

/** What FAILED says about a handler that could not be loaded. */
export function toFailure(thrown: unknown): FailedHeader {
  if (isOutOfMemory(thrown)) return { status: 507, message: 'System out of memory' };
  if (thrown instanceof ServeError)
    return { status: 500, message: [thrown.message, thrown.hint].filter(Boolean).join(' ') };
  if (isPredictionException(thrown)) return { status: 500, message: thrown.message };
  return {
    status: 500,
    message: thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown),
  };
}

function maxCredits({ modelConfig }: LoadHeader): number {
  const wanted = modelConfig.batchesInFlight;
  if (typeof wanted !== 'number' || !Number.isInteger(wanted)) return MAX_CREDITS;
  return Math.min(MAX_CREDITS, Math.max(1, wanted));
}

function serverVersion(): string {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  return version;
}
