import type { CheckedQuestion } from '../question.js';
import type { Phase } from './phase.js';

/** What the process that makes the load is told, once. */
export interface CannonOrder {
  readonly url: string;
  readonly questions: readonly CheckedQuestion[];
  readonly connections: number;
  readonly durationSec: number;
  /** The same load before the measured one, so that neither side is measured cold. */
  readonly warmupSec: number;
  readonly timeoutMs: number;
  /** Ends after so many requests instead of the duration. */
  readonly requests?: number | undefined;
  /** Sends at this rate, whether answers come or not; by default each connection waits for its answer. */
  readonly ratePerSecond?: number | undefined;
}

/** From the parent: the order, later perhaps the wish to end early. */
export type CannonDemand = { readonly kind: 'fire'; readonly order: CannonOrder } | { readonly kind: 'stop' };

/** From the process: how far it is, then what came out. */
export type CannonReport =
  | { readonly kind: 'progress'; readonly seconds: number; readonly asked: number }
  | { readonly kind: 'result'; readonly phase: Phase }
  | { readonly kind: 'failed'; readonly reason: string };
