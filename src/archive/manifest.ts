import { serveError } from '../core/errors.js';

/** The `model` section of a manifest. Base names are relative to the archive's root. */
export interface ManifestModel {
  readonly modelName?: string;
  readonly serializedFile?: string;
  readonly handler?: string;
  readonly modelFile?: string;
  readonly modelVersion?: string;
  readonly requirementsFile?: string;
  readonly configFile?: string;
  readonly description?: string;
}

/** MAR-INF/MANIFEST.json of a model archive. */
export interface Manifest {
  /** `dd/mm/YYYY HH:MM:SS`. */
  readonly createdOn?: string;
  /** `python` (also when missing), `python3`, `LSP`, `node`, or whatever else stands there; checked at registration. */
  readonly runtime: string;
  readonly model: ManifestModel;
  readonly archiverVersion?: string;
  readonly description?: string;
}

export const MANIFEST_PATH = 'MAR-INF/MANIFEST.json';

const MODEL_FIELDS = [
  'modelName',
  'serializedFile',
  'handler',
  'modelFile',
  'modelVersion',
  'requirementsFile',
  'configFile',
  'description',
] as const;

/**
 * Reads a manifest as TorchServe does: unknown keys are ignored, numbers pass as text, a missing runtime is python.
 * Throws MANIFEST_INVALID.
 */
export function parseManifest(text: string, path: string): Manifest {
  const broken = (reason: string) => serveError('MANIFEST_INVALID', { path, reason });
  const json = asObject(parseJson(text, broken), 'the document', broken);
  const model = json.model === undefined ? {} : asObject(json.model, '"model"', broken);
  const field = (from: Record<string, unknown>, name: string) => asText(from[name], name, text, broken);
  return {
    createdOn: field(json, 'createdOn'),
    runtime: json.runtime === undefined ? 'python' : (field(json, 'runtime') ?? ''),
    model: Object.fromEntries(
      MODEL_FIELDS.map((name) => [name, field(model, name)]).filter(([, value]) => value !== undefined),
    ),
    archiverVersion: field(json, 'archiverVersion'),
    description: field(json, 'description'),
  };
}

/** The manifest as it is written: two-space indentation, keys in TorchServe's order. */
export function manifestText(manifest: Manifest): string {
  const { createdOn, runtime, model, archiverVersion } = manifest;
  const { modelName, serializedFile, handler, modelFile, modelVersion, requirementsFile, configFile } = model;
  const inOrder = {
    createdOn,
    runtime,
    model: { modelName, serializedFile, handler, modelFile, modelVersion, requirementsFile, configFile },
    archiverVersion,
  };
  return JSON.stringify(inOrder, null, 2);
}

/** A moment in the manifest's spelling, in UTC so that the time zone of a machine does not change the bytes. */
export function createdOn(dateMs: number): string {
  const [day = '', time = ''] = new Date(dateMs).toISOString().split(/[T.]/);
  return `${day.split('-').reverse().join('/')} ${time}`;
}

type Broken = (reason: string) => Error;

function parseJson(text: string, broken: Broken): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw broken(error instanceof Error ? error.message : String(error));
  }
}

function asObject(value: unknown, what: string, broken: Broken): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw broken(`${what} is not an object`);
}

function asText(value: unknown, name: string, text: string, broken: Broken): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'number') throw broken(`"${name}" is not a text`);
  // As written: 1.0 is version "1.0", not "1".
  return new RegExp(`"${name}"\\s*:\\s*(-?[0-9][0-9.eE+-]*)`).exec(text)?.[1] ?? String(value);
}
