import { type ServeError, serveError } from '../core/errors.js';
import type { Job, JobOwner } from '../core/job.js';
import type { WaitingRoom } from './waiting-room.js';

/** The bounded, ordered waiting room of one model version. Every operation on one job takes constant time. */
export class JobQueue implements WaitingRoom {
  readonly capacity: number;
  #first: Seat | undefined;
  #last: Seat | undefined;
  #length = 0;
  #onEmpty: readonly (() => void)[] = [];
  readonly #leave = (seat: Seat): void => this.#remove(seat);

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get length(): number {
    return this.#length;
  }

  get full(): boolean {
    return this.#length >= this.capacity;
  }

  hasRoomFor(): boolean {
    return !this.full;
  }

  /** Monotonic time at which the oldest job must be answered, ms; undefined if nobody waits or it may wait for ever. */
  get deadlineAt(): number | undefined {
    return this.#first?.job.deadlineAt;
  }

  add(job: Job): void {
    const seat = new Seat(job, this.#last, this.#leave);
    if (this.#last) this.#last.next = seat;
    else this.#first = seat;
    this.#last = seat;
    this.#length += 1;
    job.owner = seat;
  }

  /** The oldest jobs, up to `count`, still owned by the queue. */
  peek(count: number): readonly Job[] {
    const jobs: Job[] = [];
    for (let seat = this.#first; seat && jobs.length < count; seat = seat.next) jobs.push(seat.job);
    return jobs;
  }

  /** Gives the oldest jobs away, up to `count`; whoever calls owns them from now on. */
  take(count: number): readonly Job[] {
    const jobs: Job[] = [];
    while (this.#first && jobs.length < count) {
      jobs.push(this.#first.job);
      this.#first.job.owner = undefined;
      this.#remove(this.#first);
    }
    return jobs;
  }

  /** Answers 408 to the jobs at the head whose time is up. All have the same limit, so the oldest is the first. */
  expire(now: number): void {
    while (this.#first?.job.deadlineAt !== undefined && this.#first.job.deadlineAt <= now) {
      const [job] = this.take(1);
      const limitMs = Math.round((job?.deadlineAt ?? now) - (job?.admittedAt ?? now));
      job?.fail(serveError('JOB_EXPIRED', { limitMs }), now);
    }
  }

  emptied(): Promise<void> {
    if (this.#length === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onEmpty = [...this.#onEmpty, resolve];
    });
  }

  failAll(error: ServeError, now: number): void {
    for (const job of this.take(this.#length)) job.fail(error, now);
  }

  #remove(seat: Seat): void {
    if (seat.previous) seat.previous.next = seat.next;
    else this.#first = seat.next;
    if (seat.next) seat.next.previous = seat.previous;
    else this.#last = seat.previous;
    // A seat that has outlived a sweep of the young space would keep all later ones alive with it.
    seat.previous = undefined;
    seat.next = undefined;
    this.#length -= 1;
    if (this.#length === 0 && this.#onEmpty.length > 0) this.#tellEmpty();
  }

  #tellEmpty(): void {
    const waiting = this.#onEmpty;
    this.#onEmpty = [];
    for (const resolve of waiting) resolve();
  }
}

/** A job's place in the queue, and its owner while it waits: so a client that leaves is found without a search. */
class Seat implements JobOwner {
  readonly job: Job;
  previous: Seat | undefined;
  next: Seat | undefined;
  readonly #leave: (seat: Seat) => void;

  constructor(job: Job, previous: Seat | undefined, leave: (seat: Seat) => void) {
    this.job = job;
    this.previous = previous;
    this.#leave = leave;
  }

  abandon(job: Job): void {
    job.owner = undefined;
    this.#leave(this);
  }
}
