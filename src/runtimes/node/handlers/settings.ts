import { serveError } from '../../../core/errors.js';

/** The `handler:` section of model-config.yaml, read with types. Every method throws HANDLER_SETTING_INVALID. */
export class HandlerSettings {
  readonly #section: Readonly<Record<string, unknown>>;

  constructor(modelConfig: Readonly<Record<string, unknown>>) {
    const section = modelConfig.handler ?? {};
    if (typeof section !== 'object' || Array.isArray(section))
      throw serveError('HANDLER_SETTING_INVALID', { key: '*', value: show(section), expected: 'a map' });
    this.#section = section as Readonly<Record<string, unknown>>;
  }

  has(key: string): boolean {
    return this.#value(key) !== undefined;
  }

  text(key: string): string | undefined {
    const value = this.#value(key);
    if (value === undefined || typeof value === 'string') return value;
    throw invalid(key, value, 'text');
  }

  /** One of a few words. */
  word<Word extends string>(key: string, words: readonly Word[], otherwise: Word): Word {
    const value = this.#value(key) ?? otherwise;
    const word = words.find((each) => each === value);
    if (word === undefined) throw invalid(key, value, `one of ${words.join(', ')}`);
    return word;
  }

  flag(key: string, otherwise: boolean): boolean {
    const value = this.#value(key) ?? otherwise;
    if (typeof value !== 'boolean') throw invalid(key, value, 'true or false');
    return value;
  }

  /** A whole number of at least `min`. */
  count(key: string, otherwise: number, min = 1): number {
    const value = this.#value(key) ?? otherwise;
    if (!isCount(value, min)) throw invalid(key, value, `a whole number of at least ${min}`);
    return value;
  }

  /** One whole number, or two: `[height, width]`. */
  size(key: string): number | readonly [height: number, width: number] | undefined {
    const value = this.#value(key);
    if (value === undefined || isCount(value, 1)) return value;
    const [height, width, ...more] = Array.isArray(value) ? (value as unknown[]) : [];
    if (isCount(height, 1) && isCount(width, 1) && more.length === 0) return [height, width];
    throw invalid(key, value, 'a number of pixels or [height, width]');
  }

  numbers(key: string): readonly number[] | undefined {
    const value = this.#value(key);
    if (value === undefined) return undefined;
    const list: unknown[] = Array.isArray(value) ? value : [value];
    if (list.every((each) => typeof each === 'number')) return list;
    throw invalid(key, value, 'a list of numbers');
  }

  #value(key: string): unknown {
    return Object.hasOwn(this.#section, key) ? (this.#section[key] ?? undefined) : undefined;
  }
}

function isCount(value: unknown, min: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= min;
}

function invalid(key: string, value: unknown, expected: string): Error {
  return serveError('HANDLER_SETTING_INVALID', { key, value: show(value), expected });
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
