import { systemClock } from '../../src/core/clock.js';
import type { InferenceRequest } from '../../src/core/inference.js';
import { admit, type Line } from '../../src/scheduling/admission.js';
import { Dispatcher, type DispatcherOptions } from '../../src/scheduling/dispatcher.js';
import { JobQueue } from '../../src/scheduling/job-queue.js';
import { hasRounds, makeScheduler, type SchedulerSettings } from '../../src/scheduling/scheduler.js';
import { ticketsOf } from '../../src/scheduling/tickets.js';
import type { Dispatching } from '../../src/scheduling/waiting-room.js';
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
  readonly dispatcher: Dispatching;
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

const PLAIN: SchedulerSettings = {
  batchSize: 1,
  maxBatchDelayMs: 100,
  jobQueueSize: 100,
  useJobTicket: false,
  continuousBatching: false,
  sequenceBatching: false,
  asyncCommunication: false,
  sequenceMaxIdleMs: 60_000,
  sequenceTimeoutMs: 0,
  maxSequenceJobQueueSize: 10,
  maxNumSequence: 10,
};

/** The line of a model version with settings that choose between the ways of batching; see `makeLine`. */
export function scheduledLine(
  stage: Stage,
  settings: Partial<SchedulerSettings>,
  wishes: GroupWishes = {},
): MadeLine {
  const clock = systemClock;
  const all = { ...PLAIN, ...settings };
  const group = stage.group({
    rounds: hasRounds(all),
    ...wishes,
    options: {
      onCredit: () => scheduler.dispatcher.wake(),
      onLost: () => scheduler.dispatcher.wake(),
      onGivenUp: (error) => scheduler.queue.failAll(error, clock.now()),
    },
  });
  const scheduler = makeScheduler({
    model: 'echo',
    settings: all,
    clock,
    sequenceEndHeader: 'ts_request_sequence_end',
    group,
  });
  const line: Line = {
    model: 'echo',
    version: '1.0',
    queue: scheduler.queue,
    group,
    dispatcher: scheduler.dispatcher,
    hub: stage.hub,
    clock,
    clientTimeoutMs: 0,
    maxBufferedBytes: 1_000_000,
    tickets: scheduler.tickets,
    stopping: () => false,
  };
  const ask = (headers?: Readonly<Record<string, string>>, body?: string) =>
    admit(line, { ...makeRequest(headers, body), sequenceId: headers?.seq });
  return { ...line, group, dispatcher: scheduler.dispatcher, ask, admit: (request) => admit(line, request) };
}
