import type { Row } from '../rows.js';
import { type Baseline, findBaselineRow } from './baseline.js';
import { FIGURES, UNITS } from './figure-names.js';
import type { Assertion, Operator } from './parse-assertions.js';

/** What became of one assertion in one row. */
export interface Verdict {
  /** The assertion as it was written. */
  readonly assertion: string;
  /** Which row, in words; undefined when no row was chosen. */
  readonly row: string | undefined;
  /** Undefined when the row has no such figure. */
  readonly measured: number | undefined;
  readonly holds: boolean;
  /** Why it does not, in a few words; undefined when it holds. */
  readonly failure: string | undefined;
}

/** Holds every assertion against every row it chooses. One that chooses no row, or a row without figures, fails. */
export function judge(
  assertions: readonly Assertion[],
  rows: readonly Row[],
  baseline: Baseline | undefined,
): readonly Verdict[] {
  return assertions.flatMap((assertion) => {
    const chosen = rows.filter((row) => isChosen(row, assertion));
    if (chosen.length > 0) return chosen.map((row) => judgeRow(assertion, row, baseline));
    const failure = `${assertion.text}: nothing like that was measured`;
    return [{ assertion: assertion.text, row: undefined, measured: undefined, holds: false, failure }];
  });
}

function isChosen(row: Row, { workers, target }: Assertion): boolean {
  return (
    (workers === undefined || row.workers === workers) && (target === undefined || row.target === target)
  );
}

function judgeRow(assertion: Assertion, row: Row, baseline: Baseline | undefined): Verdict {
  const { pick } = FIGURES[assertion.figure];
  // A count of errors is known of a row without figures, too.
  const measured = pick(row);
  const limit = limitOf(assertion, row, baseline);
  const name = describeRow(row);
  const verdict = { assertion: assertion.text, row: name, measured };
  const fail = (why: string) => ({ ...verdict, holds: false, failure: `${assertion.text}: ${why}` });
  if (measured === undefined) return fail(`${name} has no such figure`);
  if (limit === undefined) return fail(`the baseline has no such figure of ${name}`);
  if (compare(measured, assertion.operator, limit)) return { ...verdict, holds: true, failure: undefined };
  const wanted = assertion.ofBaseline ? `, and the limit ${write(limit, assertion)}` : '';
  return fail(`it is ${write(measured, assertion)} with ${name}${wanted}`);
}

function limitOf(
  { figure, value, ofBaseline }: Assertion,
  row: Row,
  baseline: Baseline | undefined,
): number | undefined {
  if (!ofBaseline) return value;
  const before = baseline && findBaselineRow(baseline, row);
  const known = before && FIGURES[figure].pick(before);
  return known === undefined ? undefined : value * known;
}

function compare(measured: number, operator: Operator, limit: number): boolean {
  if (operator === '<') return measured < limit;
  if (operator === '<=') return measured <= limit;
  if (operator === '>') return measured > limit;
  return operator === '>=' ? measured >= limit : measured === limit;
}

function describeRow({ target, workers, stage }: Row): string {
  const count =
    workers === undefined ? 'the workers as found' : `${workers} worker${workers === 1 ? '' : 's'}`;
  return `${count} of ${target}${stage === 0 ? '' : `, stage ${stage + 1}`}`;
}

function write(measured: number, { figure }: Assertion): string {
  const [unit = ''] = Object.keys(UNITS[FIGURES[figure].kind]);
  return `${Number(measured.toPrecision(4))}${unit === '' || unit === 'x' || unit === '/s' ? unit : ` ${unit}`}`;
}
