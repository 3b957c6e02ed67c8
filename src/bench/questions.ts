import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serveError } from '../core/errors.js';
import type { Question } from './question.js';

export interface QuestionOptions {
  /** Files whose bytes are the bodies, in the order they are sent; folders stand for their files, `-` for stdin. */
  readonly inputs: readonly string[];
  /** Files with the right answers, one for each input, or none. */
  readonly expects: readonly string[];
  /** For every input; by default what the file's ending says. */
  readonly contentType: string | undefined;
  /** How far numbers of an answer may lie from the right ones. */
  readonly tolerance: number;
}

/** Folder of the model that comes with the package. */
export const BUNDLED_MODEL = fileURLToPath(new URL('../../fixtures/models/digits', import.meta.url));
/** The name it is served under. */
export const BUNDLED_NAME = 'digits';

/** One held-out image of each digit, as `<truth>-<number>.png`: of those the model reads right, since speed is measured here. */
const BUNDLED_IMAGES = Array.from({ length: 10 }, (_, digit) => `${digit}-1.png`);
const MIB = 2 ** 20;
const MAX_INPUT_BYTES = 256 * MIB;
/** Files of a folder that are sent, the first by name. */
const MAX_FILES = 1000;
const STDIN = '-';
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.json': 'application/json',
  '.txt': 'text/plain',
  '.csv': 'text/csv',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.wav': 'audio/wav',
  '.mp3': 'audio/mpeg',
  '.mp4': 'video/mp4',
  '.xml': 'application/xml',
  '.pdf': 'application/pdf',
};

/**
 * What a model is asked: the files of the user, or for the bundled model its own images with the truth known. Throws
 * BENCH_INPUT_REQUIRED, BENCH_EXPECT_COUNT and BENCH_FILE.
 */
export async function loadQuestions(model: string, options: QuestionOptions): Promise<readonly Question[]> {
  const { expects } = options;
  const inputs = (await Promise.all(options.inputs.map(filesOf))).flat();
  if (expects.length > 0 && expects.length !== inputs.length)
    throw serveError('BENCH_EXPECT_COUNT', { expected: expects.length, inputs: inputs.length });
  if (inputs.length > 0)
    return Promise.all(inputs.map((input, index) => ownQuestion(input, expects[index], options)));
  if (model !== BUNDLED_NAME) throw serveError('BENCH_INPUT_REQUIRED', { model });
  return Promise.all(BUNDLED_IMAGES.map(bundledQuestion));
}

/** The files of a folder by name, hidden ones left out; anything else stands for itself. */
async function filesOf(input: string): Promise<readonly string[]> {
  const found = input === STDIN ? undefined : await stat(input).catch(() => undefined);
  if (!found?.isDirectory()) return [input];
  const entries = await readdir(input, { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map(({ name }) => name);
  if (names.length === 0) throw serveError('BENCH_NO_INPUTS', { path: input });
  return names
    .sort()
    .slice(0, MAX_FILES)
    .map((name) => join(input, name));
}

async function ownQuestion(
  input: string,
  expect: string | undefined,
  { contentType, tolerance }: QuestionOptions,
): Promise<Question> {
  const body = await readInput(input, '--input');
  const text = expect === undefined ? undefined : (await readInput(expect, '--expect')).toString();
  return {
    name: input === STDIN ? 'stdin' : basename(input),
    body,
    contentType: contentType ?? CONTENT_TYPES[extname(input).toLowerCase()] ?? 'application/octet-stream',
    expectation: text === undefined ? undefined : { kind: 'answer', text, tolerance },
  };
}

async function bundledQuestion(name: string): Promise<Question> {
  return {
    name,
    body: await readInput(join(BUNDLED_MODEL, 'images', name), '--input'),
    contentType: 'image/png',
    expectation: { kind: 'label', label: name.split('-')[0] ?? '' },
  };
}

async function readInput(path: string, flag: string): Promise<Buffer> {
  try {
    if (path === STDIN) return await readStdin();
    const { size } = await stat(path);
    if (size > MAX_INPUT_BYTES) throw new Error(`it has ${Math.ceil(size / MIB)} MiB`);
    return await readFile(path);
  } catch (error) {
    const reason = describe(error);
    throw serveError('BENCH_FILE', { path, flag, reason, limitMiB: MAX_INPUT_BYTES / MIB }, { cause: error });
  }
}

async function readStdin(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of process.stdin) {
    sizeBytes += (chunk as Buffer).length;
    if (sizeBytes > MAX_INPUT_BYTES) throw new Error('it has more');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function describe(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const words: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file',
    EACCES: 'permission denied',
    EISDIR: 'it is a folder',
  };
  return words[code ?? ''] ?? message;
}
