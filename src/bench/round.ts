import type { Phase } from './load/phase.js';
import type { ServerSide } from './server-side/server-side.js';

/** Everything that was measured, in the order it was. */
export interface Run {
  readonly rounds: readonly Round[];
  /** Whether Ctrl-C, or `failure`, ended it before the plan did. */
  readonly interrupted: boolean;
  /** What ended it after something had been measured: a server that went away, a process that failed. */
  readonly failure?: Error;
}

/** One worker count of one target measured once. */
export interface Round extends Measured {
  /** Label of the contender. */
  readonly target: string;
  /** Undefined when the workers were left as they were. */
  readonly workers: number | undefined;
  /** Place of the stage in a load plan; 0 in a scaling plan. */
  readonly stage: number;
  /** Which repeat, from 0. */
  readonly repeat: number;
  /** How long it took to get the workers; undefined when they were left as they were. */
  readonly scaleSeconds: number | undefined;
}

/** What a plan measures each time. */
export interface Measured {
  /** One request at a time; undefined in load mode. */
  readonly sequential: Phase | undefined;
  /** `parallel` requests at a time, or the load. */
  readonly parallel: Phase;
  /** What the server says of `parallel`; undefined when it says nothing. */
  readonly server: ServerSide | undefined;
}
