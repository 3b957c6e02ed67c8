import type { Expectation } from './check.js';

/** One request that is sent over and over. */
export interface Question {
  /** How messages call it: a file's name. */
  readonly name: string;
  readonly body: Buffer;
  readonly contentType: string;
  /** Undefined until the first answer is known; then that is what later ones must equal. */
  readonly expectation: Expectation | undefined;
}

/** A question whose right answer is known. */
export interface CheckedQuestion extends Question {
  readonly expectation: Expectation;
}

/** A question that was asked once, with what came back. */
export interface AskedQuestion extends CheckedQuestion {
  readonly answer: Buffer;
}
