import { serveError } from '../../core/errors.js';

const MAX_VALUES = 32;

/** Reads a list such as `1,2,4`: each number once, ascending. Throws TUNE_VALUES. */
export function parseValues(flag: string, text: string, max: number): readonly number[] {
  const parts = text.split(',').map((part) => part.trim());
  const values = [...new Set(parts.map(Number))].sort((one, other) => one - other);
  const valid = parts.every((part) => /^\d+$/.test(part) && Number(part) >= 1 && Number(part) <= max);
  if (!valid || values.length > MAX_VALUES) throw serveError('TUNE_VALUES', { flag, value: text, max });
  return values;
}
