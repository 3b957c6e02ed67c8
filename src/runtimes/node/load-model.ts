import { readFileSync } from 'node:fs';
import { ServeError } from '../../core/errors.js';
import type { FailedHeader, LoadHeader } from '../../wire/frames.js';
import { AsyncLoop } from './async-loop.js';
import { BatchLoop, type Loop } from './batch-loop.js';
import { type PieceSink, WorkerContext } from './context.js';
import { Rounds } from './continuous.js';
import { CreditWindow } from './credits.js';
import { encodeOutput } from './encode-output.js';
import type { Handler } from './handler.js';
import { loadHandler } from './loader.js';
import type { Outbox } from './outbox.js';
import { isPredictionException } from './prediction-exception.js';
import { isOutOfMemory, Service } from './service.js';
import { workerMetrics } from './worker-metrics.js';

/** Batches that may be on their way to a worker whose handler is very short. */
const MAX_CREDITS = 16;
/** Requests that a worker with `asyncCommunication` may have under way at a time. */
const DEFAULT_SIDE_BY_SIDE = 1024;

/**
 * Finds and initializes the handler that LOAD names; what comes back runs its batches. `now` is for tests. Throws what the
 * handler throws.
 */
export async function loadModel(load: LoadHeader, outbox: Outbox, now?: () => number): Promise<Loop> {
  const version = serverVersion();
  const context = newContext(load, version, outbox, () => loop.currentId);
  const handler = await loadHandler(load);
  await handler.initialize?.(context);
  if (load.asyncCommunication)
    return new AsyncLoop({
      newCall: (batchId) => {
        const own = newContext(load, version, outbox, () => batchId, context.cache);
        return { context: own, service: newService(load, handler, own, outbox) };
      },
      outbox,
      firstCredits: sideBySide(load),
      now,
    });
  const service = newService(load, handler, context, outbox);
  const window = new CreditWindow(maxCredits(load));
  const rounds = load.continuousBatching ? new Rounds() : undefined;
  const loop = new BatchLoop(service, context, window, outbox, now, rounds);
  return loop;
}

/** `batchId` names the batch that intermediate answers belong to. */
function newContext(
  load: LoadHeader,
  version: string,
  outbox: Outbox,
  batchId: () => number,
  cache?: Map<string, unknown>,
): WorkerContext {
  const metrics = workerMetrics(
    load.model,
    () => context.requestIds,
    (metric) => outbox.put('METRIC', 0, metric),
  );
  const pieces: PieceSink = {
    put: (idx, output) => {
      const [status, reason] = context.getResponseStatus(idx);
      const header = { job: idx, status, reason, headers: context.getResponseHeaders(idx) };
      outbox.put('CHUNK', batchId(), header, [encodeOutput(output)]);
    },
    flush: () => outbox.flush(),
  };
  const context: WorkerContext = new WorkerContext(load, version, metrics, pieces, cache);
  return context;
}

function newService(load: LoadHeader, handler: Handler, context: WorkerContext, outbox: Outbox): Service {
  return new Service(handler, context, {
    decodeInput: load.decodeInput,
    maxResponseBytes: load.maxResponseBytes,
    rounds: load.continuousBatching,
    breathe: () => outbox.breathe(),
  });
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

function maxCredits(load: LoadHeader): number {
  // There is one round at a time.
  if (load.continuousBatching) return 1;
  return Math.min(MAX_CREDITS, batchesInFlight(load) ?? MAX_CREDITS);
}

function sideBySide(load: LoadHeader): number {
  return batchesInFlight(load) ?? DEFAULT_SIDE_BY_SIDE;
}

/** What model-config.yaml asks for. */
function batchesInFlight({ modelConfig }: LoadHeader): number | undefined {
  const wanted = modelConfig.batchesInFlight;
  return typeof wanted === 'number' && Number.isInteger(wanted) ? Math.max(1, wanted) : undefined;
}

function serverVersion(): string {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  return version;
}
