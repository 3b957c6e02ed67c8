import type { CheckedQuestion } from './question.js';
import type { Target } from './targets/target.js';

/** A target that is measured, beside others or alone, and what it is asked. */
export interface Contender {
  /** How the table calls it: unique among those of one measurement. */
  readonly label: string;
  readonly target: Target;
  readonly questions: readonly CheckedQuestion[];
}
