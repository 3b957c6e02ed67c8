import { serveError } from '../../core/errors.js';
import { FIGURES, type FigureName, UNITS } from './figure-names.js';

/** One condition on the figures of the rows it chooses. */
export interface Assertion {
  /** As it was written. */
  readonly text: string;
  readonly figure: FigureName;
  /** Only rows with so many workers. */
  readonly workers: number | undefined;
  /** Only rows of the target with this label. */
  readonly target: string | undefined;
  readonly operator: Operator;
  /** In the figure's own unit; a factor when `ofBaseline`. */
  readonly value: number;
  /** Whether the limit is `value` times what the baseline has. */
  readonly ofBaseline: boolean;
}

export type Operator = '<' | '<=' | '>' | '>=' | '==';

const NAME = /[a-z]+[\d.]*/y;
const SELECTOR = /@([^@<>=,\s]+)/y;
const OPERATOR = /<=|>=|==|<|>/y;
const NUMBER = /\d+(?:\.\d+)?(?:e[+-]?\d+)?/y;
const UNIT = /[a-zA-Z/%]+/y;
const BASELINE = /\s*\*\s*baseline\b/y;
const BLANK = /\s*/y;
const COMMA = /,/y;

/**
 * Reads `--assert`: conditions separated by commas, each `FIGURE[@WORKERS][@TARGET] OPERATOR VALUE[UNIT]` or
 * `… OPERATOR FACTOR*baseline`. Throws BENCH_ASSERT_SYNTAX with the place of the first fault.
 */
export function parseAssertions(text: string): readonly Assertion[] {
  const reader = createReader(text);
  const found: Assertion[] = [];
  do {
    found.push(readAssertion(reader, text));
  } while (reader.take(COMMA) !== undefined);
  if (!reader.isAtEnd()) throw reader.fault('a comma or the end is expected');
  return found;
}

type Reader = ReturnType<typeof createReader>;

function createReader(text: string) {
  let place = 0;
  /** The text a pattern matches right here, after blanks; undefined when it does not. */
  const match = (pattern: RegExp): RegExpExecArray | undefined => {
    BLANK.lastIndex = place;
    BLANK.test(text);
    pattern.lastIndex = BLANK.lastIndex;
    const found = pattern.exec(text) ?? undefined;
    if (found) place = pattern.lastIndex;
    return found;
  };
  return {
    take: (pattern: RegExp): string | undefined => match(pattern)?.at(-1),
    place: () => place,
    isAtEnd: () => text.slice(place).trim() === '',
    fault: (problem: string, at = place) =>
      serveError('BENCH_ASSERT_SYNTAX', { position: at + 1, text, problem }),
  };
}

function readAssertion(reader: Reader, text: string): Assertion {
  const start = reader.place();
  const figure = readFigure(reader);
  const { workers, target } = readSelectors(reader);
  const operator = reader.take(OPERATOR) as Operator | undefined;
  if (operator === undefined) throw reader.fault('one of < <= > >= == is expected');
  const number = reader.take(NUMBER);
  if (number === undefined) throw reader.fault('a number is expected');
  const ofBaseline = reader.take(BASELINE) !== undefined;
  const factor = ofBaseline ? 1 : readUnit(reader, figure);
  const written = text.slice(start, reader.place()).trim();
  return { text: written, figure, workers, target, operator, value: Number(number) * factor, ofBaseline };
}

function readFigure(reader: Reader): FigureName {
  const at = reader.place();
  const name = reader.take(NAME);
  if (name !== undefined && Object.hasOwn(FIGURES, name)) return name as FigureName;
  throw reader.fault(`a figure is expected, one of ${Object.keys(FIGURES).join(', ')}`, at);
}

function readSelectors(reader: Reader): Pick<Assertion, 'workers' | 'target'> {
  let chosen: Pick<Assertion, 'workers' | 'target'> = { workers: undefined, target: undefined };
  for (;;) {
    const at = reader.place();
    const word = reader.take(SELECTOR);
    if (word === undefined) return chosen;
    const name = /^\d+$/.test(word) ? 'workers' : 'target';
    if (chosen[name] !== undefined) throw reader.fault(`the ${name} are chosen already`, at);
    chosen = { ...chosen, [name]: name === 'workers' ? Number(word) : word };
  }
}

/** How many of the figure's own unit the written one is; a number without a unit is in the figure's own. */
function readUnit(reader: Reader, figure: FigureName): number {
  const at = reader.place();
  const unit = reader.take(UNIT);
  if (unit === undefined) return 1;
  const units = UNITS[FIGURES[figure].kind];
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
  if (factor !== undefined) return factor;
  const known = Object.keys(units).join(', ') || 'none';
  throw reader.fault(`"${unit}" is no unit of ${figure}; its units: ${known}`, at);
}
