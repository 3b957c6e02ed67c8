import type { Clock } from '../core/clock.js';
import type { EventHub } from '../core/events.js';
import type { Log } from '../core/log.js';
import type { Runtime } from '../runtimes/runtime.js';
import type { LoadHeader } from '../wire/frames.js';
import type { BusyPoll } from './busy-poll.js';
import type { WorkerConnections } from './connection.js';
import type { Placed } from './placement.js';
import type { RankDemand } from './ranks.js';

/** What a worker may take; whoever takes more is killed. */
export interface WorkerLimits {
  /** From spawn to HELLO, of a group to that of its last rank. */
  readonly startMs: number;
  /** From LOAD to READY. */
  readonly loadMs: number;
  /** Between two messages of a worker that has something to answer. */
  readonly responseMs: number;
  /** From BYE to the end of the process. */
  readonly exitMs: number;
  /** Longest frame a worker may send. */
  readonly maxFrameBytes: number;
  /** Longest line of its output that is kept whole. */
  readonly maxLineBytes: number;
  /** What is logged of each of its two streams, per second; the rest is left out. Default 1 MiB. */
  readonly outputBytesPerSec?: number;
}

/** What a worker hears back by; `Self` is the worker. */
export interface WorkerOptions<Self> {
  /** TorchServe's: a number counted up from `initial_worker_port`. */
  readonly id: string;
  readonly model: string;
  readonly version: string;
  readonly runtime: Runtime;
  readonly load: Omit<LoadHeader, 'device' | 'threads'>;
  readonly placed: Placed;
  /** Undefined: one process. */
  readonly ranks?: RankDemand;
  /** Threads it may compute with. */
  readonly threads: number;
  /** The server's, hidden variables already taken out. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly connections: WorkerConnections;
  /** Shared by all workers; without it nobody looks without sleeping. */
  readonly busyPoll?: BusyPoll;
  readonly limits: WorkerLimits;
  readonly hub: EventHub;
  readonly log: Log;
  readonly clock: Clock;
  /** The model is loaded; called before the first `onCredit`. */
  readonly onReady: (worker: Self) => void;
  /** It can take a batch. */
  readonly onCredit: () => void;
  /** Its process is no more and its last words are read. */
  readonly onGone: (worker: Self) => void;
}
