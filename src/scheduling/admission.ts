import type { Clock } from '../core/clock.js';
import { type ServeError, serveError } from '../core/errors.js';
import type { EventHub } from '../core/events.js';
import type { InferenceRequest } from '../core/inference.js';
import { Job } from '../core/job.js';
import type { WorkerGroup } from '../workers/group.js';
import type { WaitingRoom } from './waiting-room.js';

/** The line of one model version, to which requests are admitted. Made once, used for every request. */
export interface Line {
  readonly model: string;
  readonly version: string;
  readonly queue: WaitingRoom;
  readonly group: WorkerGroup;
  readonly dispatcher: { wake(): void };
  readonly hub: EventHub;
  readonly clock: Clock;
  /** How long a request may wait before it is answered 408; 0 = for ever. */
  readonly clientTimeoutMs: number;
  /** The key `stream_buffer_bytes`. */
  readonly maxBufferedBytes: number;
  /** TorchServe's `useJobTicket`: how many requests may be here and not sent; absent: as many as the queue holds. */
  readonly tickets?: () => number;
  /** True once the server stops or the version goes. */
  readonly stopping: () => boolean;
}

/**
 * Lets a request in, as the last of the queue, and sends it on in the same tick if a worker is free.
 *
 * @throws ServeError NO_WORKER (NO_DESCRIBE_WORKER) if nobody can serve it or the queue is full; WORKER_DIED if all
 *   workers died and are given up; SERVER_STOPPING
 */
export function admit(line: Line, request: InferenceRequest): Job {
  const { model, version, queue, hub, clock, clientTimeoutMs } = line;
  hub.emit('job.requested', { model, version: request.version });
  const refusal = refuse(line, request);
  if (refusal) throw refusal;
  const admittedAt = clock.now();
  const job = new Job(request, {
    admittedAt,
    deadlineAt: clientTimeoutMs > 0 ? admittedAt + clientTimeoutMs : undefined,
    maxBufferedBytes: line.maxBufferedBytes,
    onSettled: (settled) => hub.emit('job.settled', { job: settled, model, version }),
  });
  queue.add(job);
  hub.emit('job.admitted', { job, model, version });
  line.dispatcher.wake();
  return job;
}

function refuse(line: Line, request: InferenceRequest): ServeError | undefined {
  if (line.stopping()) return serveError('SERVER_STOPPING', {});
  if (hasRoom(line, request)) return undefined;
  // TorchServe's text puts the version behind a quote that it closes once more.
  const name = request.version === undefined ? request.model : `${request.model}" Version ${request.version}`;
  return request.verb === 'describe' ? serveError('NO_DESCRIBE_WORKER', { name }) : line.group.refusal(name);
}

/** As in TorchServe, workers that are still loading or being restarted are enough for a request to wait. */
function hasRoom({ group, queue, tickets }: Line, request: InferenceRequest): boolean {
  if (group.hopeless || !queue.hasRoomFor(request)) return false;
  return !tickets || tickets() > queue.length;
}
