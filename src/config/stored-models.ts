/** Settings of one model version in the `models` property; numbers that are not positive count as absent. */
export interface StoredModel {
  readonly minWorkers?: number;
  readonly maxWorkers?: number;
  readonly batchSize?: number;
  /** Milliseconds. */
  readonly maxBatchDelay?: number;
  /** Seconds. */
  readonly responseTimeout?: number;
  /** Seconds. */
  readonly startupTimeout?: number;
  readonly runtimeType?: string;
}

/** The `models` property: name → version → settings. */
export type StoredModels = Readonly<Record<string, Readonly<Record<string, StoredModel>>>>;

const NUMBERS = [
  'minWorkers',
  'maxWorkers',
  'batchSize',
  'maxBatchDelay',
  'responseTimeout',
  'startupTimeout',
] as const;

/** Reads the JSON text of `models`. Unknown keys are ignored, as TorchServe does. Throws an Error that says what is wrong. */
export function parseStoredModels(text: string): StoredModels {
  const models = entriesOf(parseJson(text), 'it').map(([name, versions]) => {
    const stored = entriesOf(versions, `"${name}"`).map(([version, settings]) => {
      const place = `"${name}" "${version}"`;
      return [version, storedModel(Object.fromEntries(entriesOf(settings, place)), place)] as const;
    });
    return [name, Object.freeze(Object.fromEntries(stored))] as const;
  });
  return Object.freeze(Object.fromEntries(models));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`it must be JSON (${error instanceof Error ? error.message : String(error)})`);
  }
}

function entriesOf(value: unknown, place: string): [string, unknown][] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return Object.entries(value);
  throw new Error(`${place} must be a JSON object`);
}

function storedModel(settings: Readonly<Record<string, unknown>>, place: string): StoredModel {
  const numbers = NUMBERS.flatMap((name) => {
    const value = settings[name];
    if (value === undefined || value === null) return [];
    if (!Number.isInteger(value)) throw new Error(`${name} of ${place} must be a whole number`);
    return Number(value) > 0 ? [[name, Number(value)] as const] : [];
  });
  const { runtimeType } = settings;
  if (runtimeType !== undefined && typeof runtimeType !== 'string')
    throw new Error(`runtimeType of ${place} must be a string`);
  return Object.freeze({ ...Object.fromEntries(numbers), ...(runtimeType ? { runtimeType } : {}) });
}
