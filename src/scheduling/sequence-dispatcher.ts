import type { Clock } from '../core/clock.js';
import type { WorkerGroup } from '../workers/group.js';
import type { Worker } from '../workers/worker.js';
import { Alarm } from './alarm.js';
import { type SequenceJob, type SequencePlan, sequencePolicy } from './policies/sequence.js';
import { betweenRounds } from './round-dispatcher.js';
import type { Sequence } from './sequence.js';
import type { SequenceRoom } from './sequence-room.js';
import { type Dispatching, earlier, emptyRoom } from './waiting-room.js';

export interface SequenceDispatcherOptions {
  readonly room: SequenceRoom;
  readonly group: WorkerGroup;
  readonly clock: Clock;
  /** Jobs in one batch at most; with `rounds`, jobs that a worker holds and is given together. */
  readonly batchSize: number;
  readonly maxBatchDelayMs: number;
  /** Continuous batching: batches are rounds, and several jobs of a sequence may be on their way. */
  readonly rounds: boolean;
}

/** Jobs that could be sent, and the sequences they belong to. */
interface Candidates {
  readonly sequences: readonly Sequence[];
  readonly jobs: readonly SequenceJob[];
}

/** Sends the jobs of each sequence, in order, to the one worker that has it. */
export class SequenceDispatcher implements Dispatching {
  readonly #options: SequenceDispatcherOptions;
  readonly #alarm: Alarm;
  #draining = false;

  constructor(options: SequenceDispatcherOptions) {
    this.#options = options;
    this.#alarm = new Alarm(options.clock, () => this.wake());
  }

  wake(): void {
    const { room, group, clock, batchSize } = this.#options;
    const now = clock.now();
    room.review(now);
    this.#sendLoose();
    const workers = group.workers.filter(({ state }) => state === 'ready');
    const candidates = this.#candidates(workers);
    const maxBatchDelayMs = this.#draining ? 0 : this.#options.maxBatchDelayMs;
    const views = workers.map((worker) => this.#view(worker));
    const plan = sequencePolicy(candidates.jobs, views, now, { batchSize, maxBatchDelayMs });
    this.#send(candidates, workers, plan);
    this.#alarm.ringAt(earlier(plan.lookAgainAt, this.#nextEnd()), now);
  }

  async drain(limitMs: number): Promise<void> {
    const { room, clock } = this.#options;
    this.#draining = true;
    this.wake();
    await emptyRoom(room, clock, limitMs);
    this.close();
  }

  close(): void {
    this.#alarm.stop();
  }

  /** Each goes alone, to whoever is free first. */
  #sendLoose(): void {
    const { room, group } = this.#options;
    while (room.loose.length > 0) {
      const worker = group.workers.find((each) => this.#creditsOf(each) > 0);
      if (!worker) return;
      worker.send(room.loose.take(1));
    }
  }

  /** In plain batching a job waits until the one before it is answered; in rounds all may go. */
  #candidates(workers: readonly Worker[]): Candidates {
    const { room, batchSize, rounds } = this.#options;
    const sequences = [...room.active];
    const jobs: SequenceJob[] = [];
    for (const [sequence, { queue, home, running }] of sequences.entries()) {
      if (!rounds && running) continue;
      const place = home ? workers.indexOf(home) : undefined;
      for (const { admittedAt } of queue.peek(rounds ? batchSize : 1))
        jobs.push({ sequence, admittedAt, home: place });
    }
    return { sequences, jobs: jobs.sort((a, b) => a.admittedAt - b.admittedAt) };
  }

  #view(worker: Worker) {
    const { room } = this.#options;
    return {
      credits: this.#creditsOf(worker),
      held: worker.held,
      sequences: room.sequencesOf(worker),
      turn: room.turnOf(worker),
    };
  }

  #creditsOf(worker: Worker): number {
    if (!this.#options.rounds) return worker.credits;
    return betweenRounds(worker) ? 1 : 0;
  }

  #send({ sequences, jobs }: Candidates, workers: readonly Worker[], plan: SequencePlan): void {
    for (const [place, index] of plan.homes) {
      const [sequence, worker] = [sequences[place], workers[index]];
      if (sequence && worker) this.#options.room.assign(sequence, worker);
    }
    for (const batch of plan.batches) {
      const taken = batch.jobs.flatMap((index) => sequences[jobs[index]?.sequence ?? -1]?.next() ?? []);
      workers[batch.worker]?.send(taken);
    }
  }

  /** When the first of those who wait must be answered: by their own limit, or by the end of their sequence. */
  #nextEnd(): number | undefined {
    let next = this.#options.room.loose.deadlineAt;
    for (const { queue, running, endsAt } of this.#options.room.active) {
      if (queue.length === 0) continue;
      next = earlier(next, queue.deadlineAt);
      // While one of its jobs runs, the answer wakes us.
      if (!running && Number.isFinite(endsAt)) next = earlier(next, endsAt);
    }
    return next;
  }
}
