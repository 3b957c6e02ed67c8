/** How far the answers of one target lie from those of the first one. */
export type Difference =
  | { readonly kind: 'same' }
  /** The same shape with other numbers. Relative to the larger of the two. */
  | { readonly kind: 'numbers'; readonly maxAbsolute: number; readonly maxRelative: number }
  | { readonly kind: 'differs' };

/** Compares two answers: byte by byte, and as JSON number by number. */
export function differenceOf(a: Buffer, b: Buffer): Difference {
  if (a.equals(b)) return { kind: 'same' };
  const worst = { maxAbsolute: 0, maxRelative: 0 };
  const [left, right] = [parse(a), parse(b)];
  if (left === undefined || right === undefined || !walk(left, right, worst)) return { kind: 'differs' };
  return { kind: 'numbers', ...worst };
}

/** The largest difference of several answers. */
export function worstOf(differences: readonly Difference[]): Difference {
  if (differences.some(({ kind }) => kind === 'differs')) return { kind: 'differs' };
  const numbers = differences.filter((difference) => difference.kind === 'numbers');
  if (numbers.length === 0) return { kind: 'same' };
  return {
    kind: 'numbers',
    maxAbsolute: Math.max(...numbers.map(({ maxAbsolute }) => maxAbsolute)),
    maxRelative: Math.max(...numbers.map(({ maxRelative }) => maxRelative)),
  };
}

/** In a few words. */
export function describeDifference(difference: Difference): string {
  if (difference.kind === 'same') return 'same bytes';
  if (difference.kind === 'differs') return 'differs';
  const { maxAbsolute, maxRelative } = difference;
  if (maxAbsolute === 0) return 'same values';
  return `${maxAbsolute.toExponential(1)} (${(100 * maxRelative).toPrecision(2)} %)`;
}

interface Worst {
  maxAbsolute: number;
  maxRelative: number;
}

/** Whether the two have one shape; notes on the way how far their numbers lie apart. */
function walk(a: unknown, b: unknown, worst: Worst): boolean {
  if (typeof a === 'number' && typeof b === 'number') {
    const apart = Math.abs(a - b);
    worst.maxAbsolute = Math.max(worst.maxAbsolute, apart);
    if (apart > 0)
      worst.maxRelative = Math.max(worst.maxRelative, apart / Math.max(Math.abs(a), Math.abs(b)));
    return true;
  }
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const right = new Map(Object.entries(b));
  const left = Object.entries(a);
  return (
    left.length === right.size &&
    left.every(([key, value]) => right.has(key) && walk(value, right.get(key), worst))
  );
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}
