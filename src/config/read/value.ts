import { parseAddress } from '../address.js';
import type { KeyRow, KeyType, KeyValues } from '../keys/row.js';
import { wholeMatch } from '../regex.js';
import { parseStoredModels } from '../stored-models.js';

type Value = KeyValues[KeyType] | undefined;

/** What a value must be, as the end of a sentence that begins with "but". */
export class WrongValue extends Error {}

/**
 * Reads the text of a value by the row of its key; `undefined` is a key that nobody set and that has no default.
 * Paths are made absolute by `absolute`. Throws WrongValue.
 */
export function readValue(row: KeyRow, text: string | undefined, absolute: (path: string) => string): Value {
  if (text === undefined) return unset(row.type);
  switch (row.type) {
    case 'string':
      return text;
    case 'path':
      return text === '' ? undefined : absolute(text);
    case 'int':
    case 'long':
    case 'double':
      return readNumber(row, text.trim());
    case 'bool':
      return readBoolean(text.trim());
    case 'address':
      return readAddress(row, text.trim());
    case 'list':
      return split(text);
    case 'regex':
      return text === '' ? undefined : checkedRegex(text);
    case 'regexList':
      return split(text).map(checkedRegex);
    case 'metricsMode':
      return readMode(text.trim().toLowerCase());
    case 'models':
      return readModels(text);
  }
}

function unset(type: KeyType): Value {
  if (type === 'list' || type === 'regexList') return Object.freeze([]);
  return type === 'models' ? Object.freeze({}) : undefined;
}

function readNumber(row: KeyRow, text: string): number {
  const min = row.min ?? 0;
  const max = row.max ?? (row.type === 'int' ? 2 ** 31 - 1 : Number.MAX_SAFE_INTEGER);
  const number = Number(text);
  const shape = row.type === 'double' ? /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i : /^[+-]?\d+$/;
  if (shape.test(text) && number >= min && number <= max) return number;
  const kind = row.type === 'double' ? 'a number' : 'a whole number';
  throw new WrongValue(`it must be ${kind} from ${min} to ${max}`);
}

/** Java takes every other word for false; a word that is neither is more likely a mistake than a no. */
function readBoolean(text: string): boolean {
  const word = text.toLowerCase();
  if (word === 'true' || word === 'false') return word === 'true';
  throw new WrongValue('it must be true or false');
}

function readAddress(row: KeyRow, text: string): Value {
  const address = parseAddress(text, row.port ?? 0);
  if (address) return address;
  throw new WrongValue('it must be http://host:port or unix:/path');
}

function split(text: string): readonly string[] {
  const pieces = text.split(',').map((piece) => piece.trim());
  return Object.freeze(pieces.filter((piece) => piece !== ''));
}

function checkedRegex(text: string): string {
  try {
    wholeMatch(text);
    return text;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new WrongValue(`it must be a regular expression (${reason})`);
  }
}

function readMode(text: string): KeyValues['metricsMode'] {
  if (text === 'log' || text === 'prometheus' || text === 'legacy') return text;
  throw new WrongValue('it must be log, prometheus or legacy');
}

function readModels(text: string): KeyValues['models'] {
  try {
    return parseStoredModels(text);
  } catch (error) {
    throw new WrongValue(error instanceof Error ? error.message : String(error));
  }
}
