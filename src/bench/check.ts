/** How an answer is known to be right. Plain data: it is sent to the process that makes the load. */
export type Expectation = LabelExpectation | AnswerExpectation;

/** The most probable class of a `{label: probability}` answer. */
export interface LabelExpectation {
  readonly kind: 'label';
  readonly label: string;
}

/** The whole answer; numbers in JSON may differ by `tolerance`, relative to the larger one when that is above 1. */
export interface AnswerExpectation {
  readonly kind: 'answer';
  readonly text: string;
  readonly tolerance: number;
}

/** Answers that need not be looked at again; a model that never answers the same twice must not fill the memory. */
const MAX_REMEMBERED = 256;
const MAX_QUOTED = 120;

/** Says what is wrong with an answer, in half a sentence; undefined when it is right. */
export function findFault(expectation: Expectation, status: number, text: string): string | undefined {
  if (status < 200 || status > 299) return `status ${status}: ${quote(text)}`;
  if (expectation.kind === 'label') return labelFault(expectation.label, text);
  if (text === expectation.text || sameJson(expectation, text)) return undefined;
  return `the answer is ${quote(text)}, expected ${quote(expectation.text)}`;
}

/** As `findFault` for one expectation, but texts that were right before are not parsed again. */
export function createCheck(expectation: Expectation): (status: number, text: string) => string | undefined {
  const right = new Set<string>();
  return (status, text) => {
    if (status === 200 && right.has(text)) return undefined;
    const fault = findFault(expectation, status, text);
    if (fault === undefined && status === 200 && right.size < MAX_REMEMBERED) right.add(text);
    return fault;
  };
}

function labelFault(label: string, text: string): string | undefined {
  const scores = parse(text);
  if (typeof scores !== 'object' || scores === null) return `the answer has no labels: ${quote(text)}`;
  const best = Object.entries(scores).reduce<[string, number]>(
    (top, [name, score]) => (typeof score === 'number' && score > top[1] ? [name, score] : top),
    ['', Number.NEGATIVE_INFINITY],
  )[0];
  return best === label
    ? undefined
    : `the answer is ${JSON.stringify(best)}, the truth ${JSON.stringify(label)}`;
}

function sameJson(expectation: AnswerExpectation, text: string): boolean {
  const expected = parse(expectation.text);
  return expected !== undefined && alike(expected, parse(text), expectation.tolerance);
}

function alike(a: unknown, b: unknown, tolerance: number): boolean {
  if (typeof a === 'number' && typeof b === 'number')
    return Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b));
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const right = new Map(Object.entries(b));
  const left = Object.entries(a);
  return (
    left.length === right.size &&
    left.every(([key, value]) => right.has(key) && alike(value, right.get(key), tolerance))
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function quote(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (line === '') return 'empty';
  return line.length > MAX_QUOTED ? `${line.slice(0, MAX_QUOTED)}…` : line;
}
