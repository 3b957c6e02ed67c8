import type { TorchrunConfig } from '../config/model-keys.js';
import type { Clock } from '../core/clock.js';
import { type ServeError, serveError } from '../core/errors.js';
import type { EventHub } from '../core/events.js';
import type { Log } from '../core/log.js';
import type { Runtime } from '../runtimes/runtime.js';
import type { LoadHeader } from '../wire/frames.js';
import type { BusyPoll } from './busy-poll.js';
import type { WorkerConnections } from './connection.js';
import { diedError, withLastWords } from './death.js';
import { capacityFor, type Demand, type Placed, type Placement, placementWarning } from './placement.js';
import { ranksOf, ranksWarning } from './ranks.js';
import { Slot, type SlotEars, type SlotFacts } from './slot.js';
import { Worker } from './worker.js';

/** What a group obeys of its model's settings. */
export interface GroupSettings {
  readonly responseTimeoutSec: number;
  readonly startupTimeoutSec: number;
  readonly maxRetryTimeoutSec: number;
  readonly deviceType?: 'cpu' | 'gpu';
  readonly deviceIds?: readonly number[];
  readonly parallelType?: 'pp' | 'tp' | 'pptp' | 'custom';
  readonly parallelLevel?: number;
  readonly torchrun?: TorchrunConfig;
}

/** What holds for the workers of all models. */
export interface GroupLimits {
  /** From spawn to the first word of a worker; the key `worker_startup_timeout`. */
  readonly startMs: number;
  /** Time for running batches when a worker is taken away; the key `drain_timeout`. */
  readonly drainMs: number;
  /** From the polite end of a worker to its killing. Default 2 s. */
  readonly exitMs?: number;
  /** Longest frame a worker may send: the answers of one batch. */
  readonly maxFrameBytes: number;
  /** Longest line of output that is kept whole; the key `worker_line_bytes`. */
  readonly maxLineBytes: number;
  /** Output of one stream of a worker that is logged per second; the key `worker_output_rate`. Default 1 MiB. */
  readonly outputBytesPerSec?: number;
}

/** Begins the `nth` worker of a model, from 0, now or later in the same tick. */
export type StartWorker = (nth: number, begin: () => void) => void;

const atOnce: StartWorker = (_nth, begin) => begin();

export interface WorkerGroupOptions {
  readonly model: string;
  readonly version: string;
  readonly runtime: Runtime;
  readonly load: Omit<LoadHeader, 'device' | 'threads'>;
  readonly settings: GroupSettings;
  readonly limits: GroupLimits;
  /** The one socket all workers dial. */
  readonly connections: WorkerConnections;
  /** Shared by all models. */
  readonly busyPoll?: BusyPoll;
  /** Shared by all models. */
  readonly placement: Placement;
  /** TorchServe's numbers, counted up over all models; see `workerIds`. */
  readonly nextWorkerId: (parallelLevel: number) => string;
  /** Threads for a worker that is started now. */
  readonly threads: () => number;
  /** The server's, without the hidden variables (`hideVariables`). */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly hub: EventHub;
  readonly log: Log;
  readonly clock: Clock;
  /** Some worker can take a batch. */
  readonly onCredit: () => void;
  /** Some worker takes no more batches: it has ended, or is to end. */
  readonly onLost?: () => void;
  /** No worker is left that could serve what waits: all are given up, or were taken away. */
  readonly onGivenUp: (error: ServeError) => void;
}

const DEFAULT_EXIT_MS = 2000;

/** The workers of one model version: how many there should be, and who can take a batch. */
export class WorkerGroup {
  readonly #options: WorkerGroupOptions;
  readonly #demand: Demand;
  readonly #leaving = new Set<Promise<void>>();
  #slots: readonly Slot[] = [];
  #workers: readonly Worker[] = [];
  #minWorkers = 0;
  #maxWorkers = 0;
  #stopping = false;

  constructor(options: WorkerGroupOptions) {
    const { model, version, settings, placement, log } = options;
    const { deviceType, deviceIds, parallelLevel } = settings;
    this.#options = options;
    this.#demand = { key: `${model}/${version}`, deviceType, deviceIds, parallelLevel };
    const warnings = [
      placementWarning(placement.devices, this.#demand),
      ranksWarning(options.runtime, settings, this.#demand.key),
    ];
    for (const warning of warnings) if (warning) log.warn(warning);
  }

  get minWorkers(): number {
    return this.#minWorkers;
  }

  get maxWorkers(): number {
    return this.#maxWorkers;
  }

  /** In order of their ids; one that failed stays until its successor takes its place. */
  get workers(): readonly Worker[] {
    return this.#workers;
  }

  /** How the place of each worker fares, in the same order. */
  get places(): readonly SlotFacts[] {
    return this.#slots.map((slot) => slot.facts);
  }

  /** Batches that could be sent now. */
  get credits(): number {
    let credits = 0;
    for (const worker of this.#workers) credits += worker.credits;
    return credits;
  }

  /** True when nobody can serve and nobody will: there are no workers, all are given up, or another machine serves. */
  get hopeless(): boolean {
    return this.#workers.every((worker) => !worker.healthy || worker.follows);
  }

  /** Why a request cannot be served: its worker died and is given up, or there is none. `name` as clients are told. */
  refusal(name: string): ServeError {
    const last = this.#workers.findLast(({ failure }) => failure !== undefined);
    return last && this.hopeless ? diedError(last.failure) : serveError('NO_WORKER', { name });
  }

  /** The worker to send the next batch to: of those with credit the one with least to do, then with most credits. */
  idle(): Worker | undefined {
    let best: Worker | undefined;
    for (const worker of this.#workers) {
      if (worker.credits > 0 && (!best || isFreer(worker, best))) best = worker;
    }
    return best;
  }

  /**
   * Sets how many workers there should be, by TorchServe's rule: fewer than `minWorkers` are filled up to it, of more
   * than `maxWorkers` the newest are drained. Resolves when `minWorkers` are ready and the superfluous have ended.
   * A worker that fails to start goes on being tried, whatever becomes of this call. `start` may put the beginning of new
   * workers off until the end of the tick.
   *
   * @throws ServeError WORKERS_FAILED with the worker's reason as its cause, NOT_ENOUGH_GPUS, SERVER_STOPPING
   */
  async scale(minWorkers: number, maxWorkers: number, start: StartWorker = atOnce): Promise<void> {
    if (this.#stopping) throw serveError('SERVER_STOPPING', {});
    const capacity = this.#capacity(minWorkers);
    this.#minWorkers = Math.min(minWorkers, capacity);
    this.#maxWorkers = Math.min(maxWorkers, capacity);
    const removed = this.#shrink();
    const wanted = this.#grow(start);
    await Promise.all([...wanted.map((slot) => this.#awaitReady(slot)), removed]);
  }

  /** Takes all workers away: each may finish what it has within `drainMs`. Resolves when no process is left. */
  async stop(drainMs: number): Promise<void> {
    this.#stopping = true;
    const slots = this.#slots;
    this.#setSlots([]);
    // Those that were leaving already have a limit of their own.
    await Promise.all([...slots.map((slot) => slot.remove(drainMs)), ...this.#leaving]);
  }

  #capacity(minWorkers: number): number {
    const capacity = capacityFor(this.#options.placement.devices, this.#demand);
    if (capacity > 0 || minWorkers === 0) return capacity;
    const level = this.#demand.parallelLevel ?? 0;
    throw serveError('NOT_ENOUGH_GPUS', { model: this.#options.model, level });
  }

  /** Slots that must become ready for `minWorkers` to be. */
  #grow(start: StartWorker): readonly Slot[] {
    const there = this.#slots.length;
    const missing = Math.max(0, this.#minWorkers - there);
    const added = Array.from({ length: missing }, () => this.#newSlot());
    for (const slot of this.#slots) slot.retryNow();
    this.#setSlots([...this.#slots, ...added]);
    for (const [index, slot] of added.entries()) start(there + index, () => slot.start());
    return this.#slots.slice(0, this.#minWorkers);
  }

  async #shrink(): Promise<void> {
    const kept = this.#slots.slice(0, this.#maxWorkers);
    const leaving = this.#slots.slice(this.#maxWorkers);
    if (leaving.length === 0) return;
    this.#setSlots(kept);
    const gone = Promise.all(leaving.map((slot) => slot.remove(this.#options.limits.drainMs))).then(() => {});
    this.#leaving.add(gone);
    this.#options.onLost?.();
    if (this.#maxWorkers === 0) this.#options.onGivenUp(this.refusal(this.#options.model));
    await gone.finally(() => this.#leaving.delete(gone));
  }

  async #awaitReady(slot: Slot): Promise<void> {
    const { model, version } = this.#options;
    const { failure, readyAt } = await slot.attempt;
    if (readyAt !== undefined || !failure) return;
    throw serveError(
      'WORKERS_FAILED',
      { model, version },
      { status: failure.outOfMemory ? 507 : 500, cause: new Error(withLastWords(failure)), failure },
    );
  }

  #newSlot(): Slot {
    const { model, settings, clock, log, nextWorkerId, placement } = this.#options;
    const id = nextWorkerId(settings.parallelLevel ?? 0);
    const placed = placement.place(this.#demand);
    return new Slot({
      newWorker: (ears) => this.#newWorker(id, placed, ears),
      model,
      maxRetryTimeoutSec: settings.maxRetryTimeoutSec,
      clock,
      log,
      onReplaced: () => this.#setSlots(this.#slots),
      onGivenUp: () => {
        if (this.hopeless) this.#options.onGivenUp(this.refusal(model));
      },
    });
  }

  #newWorker(id: string, placed: Placed, ears: SlotEars): Worker {
    const { settings, limits, threads, ...shared } = this.#options;
    const ranks = ranksOf(shared.runtime, settings);
    const loadMs = settings.startupTimeoutSec * 1000;
    return new Worker({
      ...shared,
      ...ears,
      onGone: (worker) => {
        this.#tellEnd(worker);
        ears.onGone(worker);
        this.#options.onLost?.();
      },
      id,
      placed,
      ranks,
      threads: threads(),
      limits: {
        // A group waits for its slowest rank, perhaps on another machine.
        startMs: ranks ? Math.max(limits.startMs, loadMs) : limits.startMs,
        loadMs,
        responseMs: settings.responseTimeoutSec * 1000,
        exitMs: limits.exitMs ?? DEFAULT_EXIT_MS,
        maxFrameBytes: limits.maxFrameBytes,
        maxLineBytes: limits.maxLineBytes,
        outputBytesPerSec: limits.outputBytesPerSec,
      },
    });
  }

  /** Below what the worker printed; an exit, a signal or a time limit leaves no word of its own there. */
  #tellEnd({ facts, failure }: Worker): void {
    if (!failure) return;
    const line = withLastWords({ ...failure, lastLines: [] });
    this.#options.hub.emit('worker.output', { worker: facts, stream: 'stderr', line });
  }

  #setSlots(slots: readonly Slot[]): void {
    this.#slots = slots;
    this.#workers = slots.map((slot) => slot.worker);
  }
}

function isFreer(one: Worker, other: Worker): boolean {
  if (one.inFlight !== other.inFlight) return one.inFlight < other.inFlight;
  return one.credits > other.credits;
}
