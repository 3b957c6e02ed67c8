import { type ServeError, serveError } from '../../core/errors.js';
import { Passing } from './retry.js';
import type { HubLimits } from './settings.js';

/** An answer that is not what was asked for. */
export interface Refusal {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  /** The beginning of its body. */
  readonly text: string;
}

/** What was asked, for the words of an error. */
export interface Asked {
  readonly endpoint: string;
  /** Of the server that answered. */
  readonly host: string;
  /** The repository's name, or undefined when it is not about one. */
  readonly repo?: string | undefined;
  readonly type: string;
  readonly revision: string;
  /** The file's path, when it is about one. */
  readonly file?: string | undefined;
  /** What the question was, for people. */
  readonly what: string;
  /** Where the token came from; undefined when none was sent. */
  readonly tokenSource?: string | undefined;
}

const INVALID_TOKEN = /invalid (credentials|username or password|user token)/i;

/** The error a refusal stands for: a Passing one when asking again may help, else a row of the table. */
export function refusalError(refusal: Refusal, asked: Asked, limits: HubLimits): Passing | ServeError {
  const { status, headers } = refusal;
  const { endpoint, host, what, type, revision, repo = endpoint, file = '' } = asked;
  const code = headers.get('x-error-code');
  const reason = reasonOf(refusal);
  if (status === 429) return rateLimited(refusal, asked, limits);
  if (status === 408 || status >= 500) return passing(refusal, asked, limits);
  if (code === 'GatedRepo') return serveError('HUB_GATED', { repo, endpoint, reason });
  if (code === 'RevisionNotFound') return serveError('HUB_REVISION_MISSING', { repo, revision, endpoint });
  if (code === 'EntryNotFound') return serveError('HUB_FILE_MISSING', { repo, file });
  if (status === 401 && asked.tokenSource && (INVALID_TOKEN.test(reason) || !asked.repo))
    return serveError('HUB_TOKEN_REFUSED', { endpoint, source: asked.tokenSource });
  // The hub says 401 for what is private and for what does not exist, so as not to tell which.
  if (asked.repo && (code === 'RepoNotFound' || status === 401 || (status === 404 && !file)))
    return serveError('HUB_REPO_MISSING', { repo, type, endpoint });
  if (status === 404 && file) return serveError('HUB_FILE_MISSING', { repo, file });
  if (status === 403) return serveError('HUB_FORBIDDEN', { repo, reason });
  return serveError('HUB_REFUSED', { host, status, what, reason });
}

function rateLimited(refusal: Refusal, asked: Asked, limits: HubLimits): Passing | ServeError {
  const waitMs = retryAfterMs(refusal.headers);
  const { maxRetryAfterMs } = limits;
  if (waitMs === undefined || waitMs <= maxRetryAfterMs) return passing(refusal, asked, limits);
  const limit = Math.round(maxRetryAfterMs / 1000);
  return serveError('HUB_RATE_LIMITED', { host: asked.host, seconds: Math.ceil(waitMs / 1000), limit });
}

function passing(
  { status, headers }: Refusal,
  { host, what }: Asked,
  { maxRetryAfterMs }: HubLimits,
): Passing {
  const waitMs = retryAfterMs(headers);
  return new Passing(
    (attempts) => serveError('HUB_BROKEN', { host, status, what, attempts }),
    waitMs === undefined ? undefined : Math.min(waitMs, maxRetryAfterMs),
  );
}

/** `Retry-After` as seconds or as a date, else the reset time of `RateLimit: "api";r=0;t=55`. */
function retryAfterMs(headers: ReadonlyMap<string, string>): number | undefined {
  const after = headers.get('retry-after');
  if (after !== undefined && /^\d+$/.test(after)) return Number(after) * 1000;
  const date = after === undefined ? Number.NaN : Date.parse(after);
  if (!Number.isNaN(date)) return Math.max(0, date - Date.now());
  const [, resetSec] = /;\s*r\s*=\s*0\s*;\s*t\s*=\s*(\d+)/.exec(headers.get('ratelimit') ?? '') ?? [];
  return resetSec === undefined ? undefined : Number(resetSec) * 1000;
}

/** The hub's own words, on one line and without a final dot. */
function reasonOf({ headers, text }: Refusal): string {
  const words = headers.get('x-error-message') ?? errorField(text) ?? 'it gives no reason';
  return words.replace(/\s+/g, ' ').trim().slice(0, 300).replace(/\.$/, '');
}

function errorField(text: string): string | undefined {
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    return typeof error === 'string' && error !== '' ? error : undefined;
  } catch {
    return undefined;
  }
}
