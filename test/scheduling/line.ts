import { systemClock } from '../../src/core/clock.js';
import type { InferenceRequest } from '../../src/core/inference.js';
import { admit, type Line } from '../../src/scheduling/admission.js';
import { Dispatcher, type DispatcherOptions } from '../../src/scheduling/dispatcher.js';
import { JobQueue } from '../../src/scheduling/job-queue.js';
import { ticketsOf } from '../../src/scheduling/tickets.js';
import type { WorkerGroup } from '../../src/workers/group.js';
import { type GroupWishes, makeRequest, type Stage } from '../workers/fixtures/stage.js';

export interface LineWishes extends GroupWishes {
  readonly capacity?: number;
  readonly batching?: Partial<DispatcherOptions>;
  readonly line?: Partial<Line>;
  /** TorchServe's `useJobTicket`. */
  readonly tickets?: boolean;
}

export interface MadeLine extends Line {
  readonly group: WorkerGroup;
  readonly dispatcher: Dispatcher;
  /** Admits a request whose headers tell the fixture worker what to do. */
  ask(headers?: Readonly<Record<string, string>>, body?: string): ReturnType<typeof admit>;
  admit(request: InferenceRequest): ReturnType<typeof admit>;
}

/** The line of a model version, put together as the models room does it; its group is still to be scaled. */
export function makeLine(stage: Stage, wishes: LineWishes = {}): MadeLine {
  const clock = systemClock;
  const queue = new JobQueue(wishes.capacity ?? 100);
  const group = stage.group({
    ...wishes,
    options: {
      onCredit: () => dispatcher.wake(),
      onGivenUp: (error) => queue.failAll(error, clock.now()),
      ...wishes.options,
    },
  });
  const dispatcher = new Dispatcher({
    queue,
    group,
    clock,
    batchSize: 1,
    maxBatchDelayMs: 100,
    ...wishes.batching,
  });
  const line: Line = {
    model: 'echo',
    version: '1.0',
    queue,
    group,
    dispatcher,
    hub: stage.hub,
    clock,
    clientTimeoutMs: 0,
    maxBufferedBytes: 1_000_000,
    stopping: () => false,
    tickets: wishes.tickets ? () => ticketsOf(group.workers, { kind: 'batch' }) : undefined,
    ...wishes.line,
  };
  return {
    ...line,
    group,
    dispatcher,
    ask: (headers, body) => admit(line, makeRequest(headers, body)),
    admit: (request) => admit(line, request),
  };
}
