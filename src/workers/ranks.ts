import type { TorchrunConfig } from '../config/model-keys.js';
import type { Clock } from '../core/clock.js';
import type { Verb } from '../core/inference.js';
import type { Runtime } from '../runtimes/runtime.js';
import type { FrameType } from '../wire/frames.js';
import type { WorkerLink } from './link.js';
import { isStopped, killTree, tell } from './process-tree.js';
import { Stragglers } from './stragglers.js';

/** The processes of one worker whose model is split over several. */
export interface RankDemand {
  /** Processes on this machine. */
  readonly count: number;
  /** Every rank gets every batch, as tensor parallelism needs it; else rank 0 alone, which commands the others. */
  readonly everyone: boolean;
  readonly torchrun: TorchrunConfig;
}

const BEHIND = 'fell behind rank 0 and finished nothing for';
const GRACE_MS = 250;
/** torchrun has to notice that a rank has ended. */
const GROUP_GRACE_MS = 1000;
/** For a worker to print the line it is at. */
const WHERE_MS = 200;

interface Rank {
  readonly link: WorkerLink;
  readonly pid: number | undefined;
  ready: boolean;
}

/** What settings of a model say of groups. */
export interface RankSettings {
  readonly parallelType?: 'pp' | 'tp' | 'pptp' | 'custom';
  readonly parallelLevel?: number;
  readonly torchrun?: TorchrunConfig;
}

/** What the settings of a model say of the processes of one worker; undefined: there is one, started as it is. */
export function ranksOf(runtime: Runtime, settings: RankSettings): RankDemand | undefined {
  const { parallelType, parallelLevel: count = 0, torchrun = {} } = settings;
  if (!asksForRanks(settings) || !runtime.startsRanks) return undefined;
  return { count, everyone: parallelType !== 'pp', torchrun };
}

/** What an operator should be told of settings for a group that are not obeyed. */
export function ranksWarning(runtime: Runtime, settings: RankSettings, model: string): string | undefined {
  if (!asksForRanks(settings) || runtime.startsRanks) return undefined;
  const { parallelType, parallelLevel } = settings;
  const kind = runtime.names[0] ?? 'this runtime';
  return `parallelType ${parallelType} of ${model} is not obeyed: a worker of ${kind} is one process, not ${parallelLevel}.`;
}

/** A custom worker starts its ranks itself, and speaks for them. */
function asksForRanks({ parallelType, parallelLevel = 0 }: RankSettings): boolean {
  return parallelType !== undefined && parallelType !== 'custom' && parallelLevel > 0;
}

/** The connections of one worker: a single one, or one for each rank of its group. */
export class RankLinks {
  readonly #count: number;
  readonly #everyone: boolean;
  readonly #grouped: boolean;
  /** Of all machines. */
  readonly #total: number;
  readonly #ranks = new Map<number, Rank>();
  readonly #clock: Clock;
  /** Undefined where the first rank commands the others, and shows when one is stuck. */
  readonly #stragglers: Stragglers | undefined;
  #leader: WorkerLink | undefined;
  #gone: string | undefined;

  /** `onLate` is told what a rank did that finishes nothing for `limitMs` though the first has answered. */
  constructor(
    demand: RankDemand | undefined,
    limitMs: number,
    clock: Clock,
    onLate: (what: string, limitMs: number, rank: number) => void,
  ) {
    this.#count = demand?.count ?? 1;
    this.#everyone = demand?.everyone ?? false;
    this.#grouped = demand !== undefined;
    this.#total = this.#count * (demand?.torchrun.nnodes ?? 1);
    this.#clock = clock;
    const onStuck = (rank: number): void => onLate(BEHIND, limitMs, rank);
    if (this.#everyone) this.#stragglers = new Stragglers(this.#count, limitMs, clock, onStuck);
  }

  /** How many connections there will be. */
  get count(): number {
    return this.#count;
  }

  /** Whether this is a group of ranks, even of one. */
  get grouped(): boolean {
    return this.#grouped;
  }

  /** All have dialled in, and none has gone. */
  get complete(): boolean {
    return this.#ranks.size === this.#count;
  }

  get open(): number {
    return this.#ranks.size;
  }

  /** Who answers requests; undefined while it is not there, and on a machine that has only later ranks of a group. */
  get leader(): WorkerLink | undefined {
    return this.#leader;
  }

  /** All are here and the first rank is not among them: it is on another machine. */
  get follows(): boolean {
    return this.complete && this.#leader === undefined;
  }

  /** How long the end of a process and the end of its socket may lie apart. */
  get graceMs(): number {
    return this.#grouped ? GROUP_GRACE_MS : GRACE_MS;
  }

  get pids(): readonly number[] {
    return [...this.#ranks.values()].flatMap(({ pid }) => pid ?? []);
  }

  /** Takes a rank in. False if there is one of its number already, or the number is none. */
  add(rank: number, link: WorkerLink, pid: number | undefined): boolean {
    if (!Number.isInteger(rank) || rank < 0 || this.#ranks.has(rank) || this.complete) return false;
    this.#ranks.set(rank, { link, pid, ready: false });
    if (rank === 0) this.#leader = link;
    return true;
  }

  /** Its connection has ended. */
  remove(rank: number): void {
    this.#gone ??= `${this.name(rank)} (pid ${this.#ranks.get(rank)?.pid ?? 'unknown'})`;
    this.#ranks.delete(rank);
    // Of a broken group nobody leads.
    this.#leader = undefined;
  }

  /** A rank has loaded its part. True when all have. */
  loaded(rank: number): boolean {
    const known = this.#ranks.get(rank);
    if (!known || known.ready) throw new SyntaxError('READY came twice');
    known.ready = true;
    return this.complete && [...this.#ranks.values()].every(({ ready }) => ready);
  }

  /**
   * Sends a batch to those who compute it; only the first rank describes the model. It `mayWait` for others when they have
   * enough to do.
   */
  sendBatch(buffers: readonly Buffer[], verb: Verb | undefined, mayWait: boolean): void {
    if (this.#isForAll(verb)) this.sendAll(buffers, mayWait);
    else this.#leader?.write(buffers, mayWait);
  }

  /** Tells those who compute a batch that some of its clients have gone. */
  cancel(buffers: readonly Buffer[]): void {
    if (this.#everyone) this.sendAll(buffers);
    else this.#leader?.write(buffers);
  }

  #isForAll(verb: Verb = 'predict'): boolean {
    return this.#everyone && verb !== 'describe';
  }

  /** The first rank has answered a batch, at `now`. */
  answered(verb: Verb | undefined, now: number): void {
    if (this.#isForAll(verb)) this.#stragglers?.answered(now);
  }

  /** A later rank said something. All compute the same and the first speaks for them: it counts only that a batch is done. */
  spoke(rank: number, type: FrameType): void {
    if (type === 'DONE') this.#stragglers?.finished(rank, this.#clock.now());
  }

  sendAll(buffers: readonly Buffer[], mayWait = false): void {
    for (const { link } of this.#ranks.values()) link.write(buffers, mayWait);
  }

  /** Closes all once what was written is out. */
  end(): void {
    this.#stragglers?.stop();
    for (const { link } of this.#ranks.values()) link.end();
  }

  /**
   * Ends all connections. Ranks are killed by their own numbers too: torchrun starts each in a session of its own, where
   * the end of torchrun does not reach it. While its connection is open, a rank's number is nobody else's.
   */
  destroy(): void {
    this.#stragglers?.stop();
    for (const { link, pid } of this.#ranks.values()) {
      link.destroy();
      if (this.#grouped && pid !== undefined) killTree(pid);
    }
  }

  /** A rank as operators know it. */
  name(rank: number): string {
    return this.#grouped ? `Rank ${rank} of ${this.#total}` : 'The worker';
  }

  /** Who did not do in time what `fault` says: `late`, else the ranks of a group that are waited for; and those somebody stopped. */
  lateness(fault: string, late?: number): string {
    const stopped = [...this.#ranks].filter(([, { pid }]) => this.#grouped && pid && isStopped(pid));
    const names = stopped.map(([rank, { pid }]) => `${this.name(rank)} (pid ${pid}) is stopped.`);
    const who = late === undefined ? this.#awaited() : this.name(late);
    return [`${who} ${fault}`, ...names].join(' ');
  }

  /** Asks those that are waited for where they are. Returns the time their words may take, ms; 0 if nobody was asked. */
  askWhere(signal: NodeJS.Signals | undefined): number {
    if (!signal || !this.complete) return 0;
    const ranks = [...this.#ranks.values()];
    const loading = ranks.filter(({ ready }) => !ready);
    for (const { pid } of loading.length > 0 ? loading : ranks) if (pid !== undefined) tell(pid, signal);
    return WHERE_MS;
  }

  /** Ranks that have not dialled in, else those that have not loaded. */
  #awaited(): string {
    if (!this.#grouped) return 'The worker';
    if (this.#total > this.#count) return `A rank of this machine (one of ${this.#count})`;
    const missing = Array.from({ length: this.#count }, (_, rank) => rank).filter(
      (rank) => !(this.complete ? this.#ranks.get(rank)?.ready : this.#ranks.has(rank)),
    );
    return missing.length === 0 ? 'The group' : `Rank ${missing.join(', ')} of ${this.#count}`;
  }

  /** Puts the rank whose connection ended first before the reason for the end of a group. */
  blame(reason: string): string {
    return this.#grouped && this.#gone ? `${this.#gone} was the first to end. ${reason}` : reason;
  }
}
