import { createHash } from 'node:crypto';
import { link, open, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ServeError, serveError } from '../core/errors.js';
import type { AllowedUrls } from './allowed-urls.js';
import { SOURCES } from './sources/index.js';
import type { Source, SourceLimits } from './sources/source.js';

export interface DownloadOptions {
  /** Without its fragment. */
  readonly url: string;
  /** Where the archive is put; it must not be there yet. */
  readonly path: string;
  /** What the bytes must hash to, in hex. */
  readonly sha256?: string | undefined;
  readonly allowed: AllowedUrls;
  readonly limits: SourceLimits;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Fetches an archive. It is written under a temporary name beside its place and appears there whole or not at all.
 *
 * @throws ServeError DOWNLOAD_FAILED, URL_NOT_ALLOWED, MODEL_FILE_EXISTS, MODEL_FILE_UNSAVED
 */
export async function download(options: DownloadOptions): Promise<void> {
  const { url, path } = options;
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.${Date.now()}.incomplete`);
  try {
    await receive(options, temporary);
    // A link, unlike a rename, fails when somebody else was faster.
    await link(temporary, path);
  } catch (thrown) {
    if (thrown instanceof ServeError) throw thrown;
    if (codeOf(thrown) === 'EEXIST') throw serveError('MODEL_FILE_EXISTS', { file: basename(path) });
    throw serveError('MODEL_FILE_UNSAVED', { url, reason: reasonOf(thrown) }, { cause: thrown });
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Writes the bytes to a file; errors of the far side become DOWNLOAD_FAILED, those of our disk stay as they are. */
async function receive(options: DownloadOptions, path: string): Promise<void> {
  const { url, sha256, limits } = options;
  const watch = new Watch(limits, options.signal);
  const hash = createHash('sha256');
  const file = await open(path, 'wx');
  let sizeBytes = 0;
  try {
    for await (const piece of readAll(options, watch)) {
      sizeBytes += piece.length;
      if (sizeBytes > limits.maxBytes) throw failed(url, `it has more than ${limits.maxBytes} bytes`);
      hash.update(piece);
      await file.writeFile(piece);
    }
  } finally {
    watch.stop();
    await file.close();
  }
  const found = hash.digest('hex');
  if (sha256 && found !== sha256.toLowerCase()) throw failed(url, `its SHA-256 is ${found}, not ${sha256}`);
}

async function* readAll(options: DownloadOptions, watch: Watch): AsyncGenerator<Uint8Array> {
  const { allowed, limits } = options;
  const url = new URL(options.url);
  try {
    const body = await sourceOf(url).open(url, { allowed, limits, signal: watch.signal });
    for await (const piece of body) {
      watch.moved();
      yield piece;
      watch.moved();
    }
  } catch (thrown) {
    if (thrown instanceof ServeError) throw thrown;
    throw failed(options.url, watch.reason ?? reasonOf(thrown), thrown);
  }
}

function sourceOf(url: URL): Source {
  const source = SOURCES.find(({ schemes }) => schemes.includes(url.protocol));
  if (!source) throw new Error(`URLs of the kind ${url.protocol} are not known`);
  return source;
}

function failed(url: string, reason: string, cause?: unknown): ServeError {
  return serveError('DOWNLOAD_FAILED', { url, reason }, { cause });
}

/** Ends a download that takes too long or stands still; `reason` then says which. */
class Watch {
  readonly signal: AbortSignal;
  reason: string | undefined;
  readonly #controller = new AbortController();
  readonly #whole: NodeJS.Timeout;
  readonly #idle: NodeJS.Timeout;

  constructor({ timeoutMs, idleTimeoutMs }: SourceLimits, outer: AbortSignal | undefined) {
    this.signal = outer ? AbortSignal.any([outer, this.#controller.signal]) : this.#controller.signal;
    this.#whole = setTimeout(() => this.#end(`it took longer than ${timeoutMs} ms`), timeoutMs);
    this.#idle = setTimeout(() => this.#end(`nothing came for ${idleTimeoutMs} ms`), idleTimeoutMs);
  }

  /** Something has come, or was written. */
  moved(): void {
    this.#idle.refresh();
  }

  stop(): void {
    clearTimeout(this.#whole);
    clearTimeout(this.#idle);
  }

  #end(reason: string): void {
    this.reason = reason;
    this.#controller.abort();
  }
}

function codeOf(thrown: unknown): string | undefined {
  return (thrown as NodeJS.ErrnoException).code;
}

function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
