import type { Clock } from '../core/clock.js';
import { type ServeError, serveError } from '../core/errors.js';
import type { InferenceRequest } from '../core/inference.js';
import type { Job } from '../core/job.js';

/** Where the jobs of one model version wait; bounded, and the owner of those that wait. */
export interface WaitingRoom {
  /** Jobs that may wait at most. */
  readonly capacity: number;
  /** Jobs that wait. */
  readonly length: number;
  /** Whether a job for this request would find a place now. */
  hasRoomFor(request: InferenceRequest): boolean;
  /** Takes the job over. Admission has asked for room before. */
  add(job: Job): void;
  /** Resolves when nobody waits, now or as soon as it is so. */
  emptied(): Promise<void>;
  /** Answers everybody who waits with the error. */
  failAll(error: ServeError, now: number): void;
}

/** Moves jobs from a waiting room to workers; each way of batching has its own. */
export interface Dispatching {
  /** Sends what can be sent now. Cheap when there is nothing to do; call it whenever something has changed. */
  wake(): void;
  /**
   * Sends what waits without waiting for company; resolves when nobody waits any more. Those for whom no worker was
   * free within `limitMs` are answered SERVER_STOPPING. Admission is closed before.
   */
  drain(limitMs: number): Promise<void>;
  /** Stops its timer. */
  close(): void;
}

/** Waits for the room to be empty; who is still there after `limitMs` is answered SERVER_STOPPING. */
export async function emptyRoom(room: WaitingRoom, clock: Clock, limitMs: number): Promise<void> {
  let stopLimit: (() => void) | undefined;
  const limit = new Promise<void>((resolve) => {
    stopLimit = clock.after(limitMs, resolve);
  });
  await Promise.race([room.emptied(), limit]);
  stopLimit?.();
  room.failAll(serveError('SERVER_STOPPING', {}), clock.now());
}

/** The earlier of two times, either of which may be never. */
export function earlier(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Math.min(one, other);
}
