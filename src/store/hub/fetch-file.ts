import { serveError } from '../../core/errors.js';
import type { Hashers } from './hashers.js';
import type { Sink } from './http/framing.js';
import type { AnswerHead } from './http/head.js';
import type { Hub, Question } from './hub.js';
import type { HubFile } from './hub-file.js';
import { PartialFile } from './partial-file.js';
import { fileUrl, type Repo } from './repo.js';
import { type OnWait, Passing, retrying } from './retry.js';

export interface FetchFile {
  readonly hub: Hub;
  readonly repo: Repo;
  readonly commit: string;
  readonly file: HubFile;
  /** The unfinished file; what lies there is gone on with. */
  readonly path: string;
  readonly hashers: Hashers;
  readonly signal: AbortSignal;
  /** How many bytes are there; less than before when it had to begin again. */
  readonly onSize: (sizeBytes: number) => void;
  /** Told when the rest has to be asked for again. */
  readonly onWait?: OnWait;
  /** All bytes are there, and only their hash is still waited for. */
  readonly onWhole?: () => void;
}

/** How often wrong bytes are fetched again, from the first one. */
const DIGEST_ATTEMPTS = 3;

/**
 * Fetches what is missing of a file until all of it is there and has the right hash. Throws HUB_DIGEST, HUB_WRITE,
 * HUB_CANCELLED and the ServeErrors of `Hub.attempt`; what has arrived stays, unless it was wrong.
 */
export async function fetchFile(job: FetchFile): Promise<void> {
  const { hub, file, signal, onSize } = job;
  const partial = new PartialFile(job.path, file, job.hashers);
  let received = 0;
  onSize(partial.sizeBytes);
  const grown = (bytes: number) => {
    received += bytes;
    onSize(partial.sizeBytes);
  };
  try {
    for (let attempt = 1; ; attempt += 1) {
      await retrying(() => fetchRest(job, partial, grown), {
        limits: hub.settings.limits,
        signal,
        progress: () => received,
        onWait: job.onWait,
      });
      job.onWhole?.();
      const found = await partial.hash();
      if (found === file.digest.hex) return;
      partial.restart();
      onSize(0);
      if (attempt === DIGEST_ATTEMPTS) throw wrongDigest(file, found);
    }
  } finally {
    partial.close();
  }
}

async function fetchRest(
  job: FetchFile,
  partial: PartialFile,
  grown: (bytes: number) => void,
): Promise<void> {
  if (partial.whole) return;
  const { hub, repo, commit, file, signal } = job;
  const question: Question = {
    url: fileUrl(hub.settings.endpoint, repo, commit, file.path),
    what: file.path,
    repo: repo.id,
    type: repo.type,
    revision: commit,
    file: file.path,
    signal,
    headers: partial.sizeBytes > 0 ? { range: `bytes=${partial.sizeBytes}-` } : {},
  };
  const odd = (reason: string) => new Passing(() => hub.answerError(question, reason));
  await hub.attempt(question, (head) => {
    checkBody(head, file, partial, odd);
    return ((piece) => {
      if (partial.sizeBytes + piece.length > file.sizeBytes)
        throw odd('it sends more bytes than the file has');
      partial.append(piece);
      grown(piece.length);
    }) satisfies Sink;
  });
  if (!partial.whole) throw odd(`it ends after ${partial.sizeBytes} of ${file.sizeBytes} bytes`);
}

/** Makes sure that the body goes on where the partial file ends. */
function checkBody(
  { status, headers }: AnswerHead,
  file: HubFile,
  partial: PartialFile,
  odd: (reason: string) => Passing,
): void {
  const coding = headers.get('content-encoding') ?? 'identity';
  if (coding !== 'identity') throw odd(`it sends the file in the coding "${coding}"`);
  if (status === 206) {
    const [, from, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '') ?? [];
    const fits = Number(from) === partial.sizeBytes && (total === '*' || Number(total) === file.sizeBytes);
    if (!fits) throw odd(`it sends "${headers.get('content-range') ?? 'a part'}" of ${file.sizeBytes} bytes`);
    return;
  }
  // It does not know ranges: the bytes begin anew.
  if (partial.sizeBytes > 0) partial.restart();
  const length = headers.get('content-length');
  if (length !== undefined && Number(length) !== file.sizeBytes)
    throw odd(`it sends ${length} bytes in place of ${file.sizeBytes}`);
}

function wrongDigest({ path, digest }: HubFile, found: string): Error {
  return serveError('HUB_DIGEST', {
    file: path,
    attempts: DIGEST_ATTEMPTS,
    algorithm: digest.algorithm === 'sha256' ? 'SHA-256' : 'git id',
    found,
    expected: digest.hex,
  });
}
