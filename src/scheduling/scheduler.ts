import type { ModelSettings } from '../config/for-model.js';
import type { Clock } from '../core/clock.js';
import type { WorkerGroup } from '../workers/group.js';
import { Dispatcher } from './dispatcher.js';
import { JobQueue } from './job-queue.js';
import { RoundDispatcher } from './round-dispatcher.js';
import { SequenceDispatcher } from './sequence-dispatcher.js';
import { SequenceRoom } from './sequence-room.js';
import { type Seats, ticketsOf } from './tickets.js';
import type { Dispatching, WaitingRoom } from './waiting-room.js';

/** What chooses between the ways of batching, and bounds them. */
export type SchedulerSettings = Pick<
  ModelSettings,
  | 'batchSize'
  | 'maxBatchDelayMs'
  | 'jobQueueSize'
  | 'useJobTicket'
  | 'continuousBatching'
  | 'sequenceBatching'
  | 'asyncCommunication'
  | 'sequenceMaxIdleMs'
  | 'sequenceTimeoutMs'
  | 'maxSequenceJobQueueSize'
  | 'maxNumSequence'
>;

export interface SchedulerOptions {
  readonly model: string;
  readonly settings: SchedulerSettings;
  readonly clock: Clock;
  /** The key `ts_header_key_sequence_end`. */
  readonly sequenceEndHeader: string;
  /** Made before or after; asked for when the first job is sent. */
  readonly group: WorkerGroup;
}

/** How the jobs of one model version wait and reach its workers. */
export interface Scheduler {
  readonly queue: WaitingRoom;
  readonly dispatcher: Dispatching;
  /** How many requests could be taken up at once; undefined without `useJobTicket`. */
  readonly tickets: (() => number) | undefined;
}

/** Rounds of the original hold twice as many where sequences take part: a request may so end what another one began. */
const ROUND_FACTOR = 2;

/** Chooses queue, dispatcher and tickets by the settings of a model version. */
export function makeScheduler(options: SchedulerOptions): Scheduler {
  const { settings, group } = options;
  const lane = settings.sequenceBatching ? sequenceLane(options) : plainLane(options);
  const seats = seatsOf(settings);
  return { ...lane, tickets: settings.useJobTicket ? () => ticketsOf(group.workers, seats) : undefined };
}

/** Whether the batches of a model are rounds. A worker with calls side by side has no use for rounds. */
export function hasRounds(
  settings: Pick<ModelSettings, 'continuousBatching' | 'asyncCommunication'>,
): boolean {
  return settings.continuousBatching && !settings.asyncCommunication;
}

/** What the settings of a model ask for and will not get, for the operator. */
export function schedulingNotices(settings: SchedulerSettings): readonly string[] {
  const { sequenceBatching, sequenceMaxIdleMs, asyncCommunication, continuousBatching, batchSize } = settings;
  const notices: string[] = [];
  if (sequenceBatching && sequenceMaxIdleMs <= 0)
    notices.push('sequenceBatching needs sequenceMaxIdleMSec above 0; without it every request is refused.');
  if (asyncCommunication && continuousBatching)
    notices.push('continuousBatching has no effect beside asyncCommunication.');
  if (asyncCommunication && batchSize > 1)
    notices.push('batchSize has no effect with asyncCommunication: requests are sent one by one.');
  return notices;
}

/** Jobs that one frame may hold. */
export function largestBatch(settings: SchedulerSettings): number {
  if (settings.asyncCommunication) return 1;
  return settings.sequenceBatching && hasRounds(settings)
    ? ROUND_FACTOR * settings.batchSize
    : settings.batchSize;
}

function plainLane({ settings, group, clock }: SchedulerOptions) {
  const { maxBatchDelayMs, jobQueueSize } = settings;
  const batchSize = largestBatch(settings);
  const queue = new JobQueue(jobQueueSize);
  const lane = { queue, group, clock, batchSize, maxBatchDelayMs };
  return { queue, dispatcher: hasRounds(settings) ? new RoundDispatcher(lane) : new Dispatcher(lane) };
}

function sequenceLane({ model, settings, group, clock, sequenceEndHeader }: SchedulerOptions) {
  const room = new SequenceRoom({
    model,
    capacity: settings.jobQueueSize,
    maxSequences: settings.maxNumSequence,
    maxJobsPerSequence: settings.maxSequenceJobQueueSize,
    maxIdleMs: settings.sequenceMaxIdleMs,
    timeoutMs: settings.sequenceTimeoutMs,
    endHeader: sequenceEndHeader,
    clock,
  });
  const dispatcher = new SequenceDispatcher({
    room,
    group,
    clock,
    batchSize: largestBatch(settings),
    maxBatchDelayMs: settings.maxBatchDelayMs,
    rounds: hasRounds(settings),
  });
  return { queue: room, dispatcher };
}

function seatsOf(settings: SchedulerSettings): Seats {
  if (settings.asyncCommunication) return { kind: 'credits' };
  return hasRounds(settings) ? { kind: 'rounds', perWorker: largestBatch(settings) } : { kind: 'batch' };
}
