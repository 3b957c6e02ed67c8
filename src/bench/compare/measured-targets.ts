import type { AskedQuestion } from '../question.js';
import type { Target } from '../targets/target.js';
import { type Difference, differenceOf, worstOf } from './difference.js';

/** A target as reports name it. */
export interface MeasuredTarget extends Pick<Target, 'kind' | 'model' | 'inference'> {
  readonly label: string;
  /** How far its first answers lie from those of the first target; undefined for that one. */
  readonly difference: Difference | undefined;
}

/** Names targets and compares what each answered with what the first one did, question by question. */
export function toMeasuredTargets(
  opened: readonly { readonly label: string; readonly target: Target }[],
  asked: readonly (readonly AskedQuestion[])[],
): readonly MeasuredTarget[] {
  const [first = []] = asked;
  return opened.map(({ label, target: { kind, model, inference } }, index) => {
    const pairs = (asked[index] ?? []).map(({ answer }, place) => ({ answer, base: first[place]?.answer }));
    const differences = pairs.map(({ answer, base }) =>
      base === undefined ? ({ kind: 'differs' } as const) : differenceOf(base, answer),
    );
    return { label, kind, model, inference, difference: index === 0 ? undefined : worstOf(differences) };
  });
}
