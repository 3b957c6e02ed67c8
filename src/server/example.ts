import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { customizedMetadata } from '../models/describe.js';
import type { ModelVersion } from '../models/model-version.js';

/** One grey pixel, as PNG: an image for those who have none at hand. */
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==';
const IMAGE = /\.(png|jpe?g)$/i;
/** What still fits a line that a person is to read. */
const MOST_NUMBERS = 32;
const ANSWER_LIMIT_MS = 2000;

/** A curl line that asks a model, fit for its handler. The model has a worker that is ready. */
export async function exampleCall(version: ModelVersion, inference: string): Promise<string> {
  const { handler, name } = version;
  const unix = /^unix:(.+)$/.exec(inference)?.[1];
  const url = `${unix ? 'http://localhost' : inference}/predictions/${encodeURIComponent(name)}`;
  const curl = unix ? `curl --unix-socket ${unix}` : 'curl';
  if (handler === 'image_classifier') return imageCall(curl, url, version.directory);
  if (handler === 'onnx' || handler === 'base_handler') return onnxCall(curl, url, version);
  return `${curl} -H 'content-type: text/plain' -d 'A short text.' ${url}`;
}

async function imageCall(curl: string, url: string, directory: string): Promise<string> {
  const image = (await imageIn(directory)) ?? (await imageIn(join(directory, 'images')));
  if (image) return `${curl} -T ${quoted(image)} ${url}`;
  return `echo ${PIXEL} | base64 -d | ${curl} -T - ${url}`;
}

async function imageIn(folder: string): Promise<string | undefined> {
  const names = await readdir(folder).catch(() => [] as string[]);
  const name = names.sort().find((each) => IMAGE.test(each));
  return name === undefined ? undefined : join(folder, name);
}

/** Zeros in the shape the model asks for, if it can be asked and they are few. */
async function onnxCall(curl: string, url: string, version: ModelVersion): Promise<string> {
  const inputs = await signatureOf(version);
  const numbers = inputs?.reduce(
    (sum, { shape }) => sum + shape.reduce((size, length) => size * length, 1),
    0,
  );
  const body =
    inputs && numbers !== undefined && numbers <= MOST_NUMBERS
      ? quoted(JSON.stringify(Object.fromEntries(inputs.map((input) => [input.name, zeros(input)]))))
      : '@request.json';
  return `${curl} -H 'content-type: application/json' -d ${body} ${url}`;
}

interface Input {
  readonly name: string;
  readonly type: string;
  /** Lengths that the model leaves open are 1. */
  readonly shape: readonly number[];
}

/** What the built-in ONNX handler says of its inputs; undefined when it does not answer soon. */
async function signatureOf(version: ModelVersion): Promise<readonly Input[] | undefined> {
  try {
    const job = version.admit({
      id: randomUUID(),
      model: version.name,
      verb: 'describe',
      headers: { describe: 'True' },
      parts: [],
    });
    const timer = setTimeout(() => job.cancel(), ANSWER_LIMIT_MS);
    const said = await customizedMetadata(job).finally(() => clearTimeout(timer));
    return readInputs(said);
  } catch {
    return undefined;
  }
}

function readInputs(said: unknown): readonly Input[] | undefined {
  const { inputs } = (said ?? {}) as { inputs?: unknown };
  if (!Array.isArray(inputs)) return undefined;
  return inputs.map(({ name, type, shape }) => ({
    name: String(name),
    type: String(type),
    shape: Array.isArray(shape) ? shape.map((length) => (Number(length) > 0 ? Number(length) : 1)) : [],
  }));
}

function zeros({ type, shape }: Input, depth = 0): unknown {
  const length = shape[depth];
  if (length === undefined) return type === 'string' ? '' : type === 'bool' ? false : 0;
  return Array.from({ length }, () => zeros({ name: '', type, shape }, depth + 1));
}

/** As one word of a shell. */
function quoted(word: string): string {
  return /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
