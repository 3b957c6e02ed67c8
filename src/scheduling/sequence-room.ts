import type { Clock } from '../core/clock.js';
import { type ServeError, serveError } from '../core/errors.js';
import type { InferenceRequest } from '../core/inference.js';
import type { Job } from '../core/job.js';
import type { Worker } from '../workers/worker.js';
import { JobQueue } from './job-queue.js';
import { Sequence } from './sequence.js';
import type { WaitingRoom } from './waiting-room.js';

export interface SequenceRoomOptions {
  /** For errors. */
  readonly model: string;
  /** Jobs that may wait at most, over all sequences. */
  readonly capacity: number;
  /** TorchServe's `maxNumSequence`. */
  readonly maxSequences: number;
  /** TorchServe's `maxSequenceJobQueueSize`: jobs that may wait in one sequence. */
  readonly maxJobsPerSequence: number;
  /** TorchServe's `sequenceMaxIdleMSec`; with 0 no sequence is ever opened, as there. */
  readonly maxIdleMs: number;
  /** TorchServe's `sequenceTimeoutMSec`: the life of a sequence; 0 = no limit. */
  readonly timeoutMs: number;
  /** Response header by which a handler names the sequences that are over, with `;` between them. */
  readonly endHeader: string;
  readonly clock: Clock;
}

/**
 * The waiting room of a stateful model: a bounded number of sequences, each with a short queue. A sequence that was idle
 * for too long is forgotten when somebody would notice: when its id comes again, or when its place is needed.
 */
export class SequenceRoom implements WaitingRoom {
  readonly capacity: number;
  /** Jobs without a sequence: a `describe` belongs to none. */
  readonly loose: JobQueue;
  readonly #options: SequenceRoomOptions;
  readonly #open = new Map<string, Sequence>();
  /** Those of which something waits or is on its way, and perhaps some where this was so a moment ago. */
  readonly #active = new Set<Sequence>();
  readonly #perWorker = new Map<Worker, number>();
  readonly #turns = new WeakMap<Worker, number>();
  #turn = 0;
  /** Monotonic time before which no idle sequence is over, ms. */
  #sweepAt = Number.POSITIVE_INFINITY;

  constructor(options: SequenceRoomOptions) {
    this.#options = options;
    this.capacity = options.capacity;
    this.loose = new JobQueue(options.capacity);
  }

  get length(): number {
    let length = this.loose.length;
    for (const { queue } of this.#active) length += queue.length;
    return length;
  }

  /** Open sequences, forgotten ones that nobody has noticed included. */
  get sequences(): number {
    return this.#open.size;
  }

  /** Sequences of which something may wait or be on its way. */
  get active(): Iterable<Sequence> {
    return this.#active;
  }

  /** Sequences a worker has. */
  sequencesOf(worker: Worker): number {
    return this.#perWorker.get(worker) ?? 0;
  }

  /** When a worker was given a sequence last, counted in sequences; 0 = never. */
  turnOf(worker: Worker): number {
    return this.#turns.get(worker) ?? 0;
  }

  hasRoomFor({ sequenceId }: InferenceRequest): boolean {
    if (this.length >= this.capacity) return false;
    if (sequenceId === undefined) return true;
    const now = this.#options.clock.now();
    const sequence = this.#find(sequenceId, now);
    if (!sequence) return this.#mayOpen(now);
    return now < sequence.endsAt && !sequence.full;
  }

  add(job: Job): void {
    const { sequenceId } = job.request;
    if (sequenceId === undefined) this.loose.add(job);
    else this.#addTo(sequenceId, job);
  }

  /** From now on the worker has the sequence. */
  assign(sequence: Sequence, worker: Worker): void {
    sequence.home = worker;
    this.#turn += 1;
    this.#turns.set(worker, this.#turn);
    this.#perWorker.set(worker, this.sequencesOf(worker) + 1);
  }

  /** Brings everything up to date: expired jobs, answers that came, sequences that are over or have lost their worker. */
  review(now: number): void {
    this.loose.expire(now);
    for (const sequence of this.#active) {
      sequence.queue.expire(now);
      for (const headers of sequence.look()) this.#end(headers[this.#options.endHeader]);
    }
    for (const sequence of this.#active) this.#judge(sequence, now);
  }

  async emptied(): Promise<void> {
    const queues = [this.loose, ...[...this.#active].map(({ queue }) => queue)];
    await Promise.all(queues.map((queue) => queue.emptied()));
  }

  failAll(error: ServeError, now: number): void {
    this.loose.failAll(error, now);
    for (const { queue } of this.#active) queue.failAll(error, now);
  }

  #addTo(id: string, job: Job): void {
    const now = this.#options.clock.now();
    const sequence = this.#find(id, now) ?? this.#create(id, now);
    sequence.queue.add(job);
    this.#active.add(sequence);
  }

  #find(id: string, now: number): Sequence | undefined {
    const sequence = this.#open.get(id);
    if (!sequence) return undefined;
    sequence.look();
    const over = sequence.lost || sequence.expiresAt(this.#options.maxIdleMs) <= now;
    if (!over) return sequence;
    this.#close(sequence, now);
    return undefined;
  }

  #mayOpen(now: number): boolean {
    const { maxSequences, maxIdleMs } = this.#options;
    if (maxIdleMs <= 0) return false;
    if (this.#open.size < maxSequences) return true;
    this.review(now);
    this.#sweep(now);
    return this.#open.size < maxSequences;
  }

  #create(id: string, now: number): Sequence {
    const { maxJobsPerSequence, timeoutMs } = this.#options;
    // What is over must not count when a worker is chosen.
    this.#sweep(now);
    const sequence = new Sequence(id, maxJobsPerSequence, now, timeoutMs);
    this.#open.set(id, sequence);
    return sequence;
  }

  /** The handler has named sequences that are over: what waits in them is still served, then they are closed. */
  #end(ids: string | undefined): void {
    for (const id of ids?.split(';') ?? []) {
      const sequence = this.#open.get(id.trim());
      if (sequence) sequence.ended = true;
      if (sequence?.queue.length === 0) this.#forget(sequence);
    }
  }

  #judge(sequence: Sequence, now: number): void {
    const outlived = now >= sequence.endsAt && !sequence.running;
    if (sequence.lost || outlived) this.#close(sequence, now);
    else if (sequence.homeless) this.#leaveHome(sequence);
    else if (sequence.idle) {
      this.#active.delete(sequence);
      if (sequence.ended) this.#forget(sequence);
      else this.#sweepAt = Math.min(this.#sweepAt, sequence.expiresAt(this.#options.maxIdleMs));
    }
  }

  /** Forgets the idle sequences that are over. */
  #sweep(now: number): void {
    if (now < this.#sweepAt) return;
    this.#sweepAt = Number.POSITIVE_INFINITY;
    for (const sequence of this.#open.values()) {
      const expiresAt = sequence.expiresAt(this.#options.maxIdleMs);
      if (expiresAt <= now) this.#close(sequence, now);
      else this.#sweepAt = Math.min(this.#sweepAt, expiresAt);
    }
  }

  /** Those who wait for a sequence that is over cannot be served: what they build on is gone. */
  #close(sequence: Sequence, now: number): void {
    this.#forget(sequence);
    this.#active.delete(sequence);
    sequence.queue.failAll(serveError('NO_WORKER', { name: this.#options.model }), now);
  }

  #forget(sequence: Sequence): void {
    if (this.#open.get(sequence.id) !== sequence) return;
    this.#open.delete(sequence.id);
    this.#leaveHome(sequence);
  }

  #leaveHome(sequence: Sequence): void {
    const { home } = sequence;
    if (!home) return;
    sequence.home = undefined;
    const left = this.sequencesOf(home) - 1;
    if (left > 0) this.#perWorker.set(home, left);
    else this.#perWorker.delete(home);
  }
}
