import { serveError } from '../../core/errors.js';
import type { Hub, Question } from './hub.js';
import type { HubFile } from './hub-file.js';
import { parseTreeEntry } from './hub-file.js';
import { commitUrl, isCommit, type Repo, treeUrl } from './repo.js';

/** What the hub is asked about, and until when. */
export interface RepoQuestion {
  readonly repo: Repo;
  readonly revision: string;
  readonly signal: AbortSignal;
}

/** The commit that a branch or tag names. Throws the ServeErrors of `Hub.json`. */
export async function findCommit(hub: Hub, { repo, revision, signal }: RepoQuestion): Promise<string> {
  const question = asQuestion(
    { repo, revision, signal },
    'the revision',
    commitUrl(hub.settings.endpoint, repo, revision),
  );
  const { value } = await hub.json(question);
  const sha = value instanceof Object && 'sha' in value ? value.sha : undefined;
  if (typeof sha === 'string' && isCommit(sha)) return sha;
  throw hub.answerError(question, 'it names no commit');
}

/**
 * All files of a commit, page by page. Throws the ServeErrors of `Hub.json`, HUB_FILE_NAME for names that would leave the
 * folder, HUB_TOO_LARGE for too many.
 */
export async function listFiles(
  hub: Hub,
  asked: RepoQuestion & { readonly commit: string },
): Promise<HubFile[]> {
  const files = new Map<string, HubFile>();
  const seen = new Set<string>();
  let url: URL | undefined = treeUrl(hub.settings.endpoint, asked.repo, asked.commit);
  while (url) {
    seen.add(url.href);
    const question: Question = asQuestion(asked, 'the list of files', url);
    const { value, head } = await hub.json(question);
    const fault = (reason: string) => hub.answerError(question, reason);
    if (!Array.isArray(value)) throw fault('it is not a list');
    for (const entry of value) {
      const file = parseTreeEntry(entry, asked.repo, fault);
      if (file) files.set(file.path, file);
    }
    checkCount(Math.max(files.size, seen.size), hub, asked.repo);
    url = nextPage(head.headers.get('link'), url, fault);
    if (url && seen.has(url.href)) throw fault('its pages lead in a circle');
  }
  return [...files.values()];
}

/** Who a token belongs to. */
export interface Account {
  readonly name: string;
  readonly fullName: string | undefined;
  readonly organizations: readonly string[];
  /** The token's own name on the hub. */
  readonly tokenName: string | undefined;
  /** `read`, `write` or `fineGrained`. */
  readonly role: string | undefined;
}

/** Throws HUB_TOKEN_REFUSED when the hub does not know the token. */
export async function whoAmI(hub: Hub, signal: AbortSignal): Promise<Account> {
  const url = new URL(`${hub.settings.endpoint}/api/whoami-v2`);
  const question = { url, what: 'the account', type: '', revision: '', signal };
  const { value } = await hub.json(question);
  const { name, fullname, orgs, auth } = (value ?? {}) as Record<string, unknown>;
  if (typeof name !== 'string') throw hub.answerError(question, 'it names no account');
  const token = ((auth ?? {}) as Record<string, unknown>).accessToken as Record<string, unknown> | undefined;
  return {
    name,
    fullName: asText(fullname),
    organizations: (Array.isArray(orgs) ? orgs : []).map((org) => asText(org?.name) ?? '').filter(Boolean),
    tokenName: asText(token?.displayName),
    role: asText(token?.role),
  };
}

function asQuestion({ repo, revision, signal }: RepoQuestion, what: string, url: URL): Question {
  return { url, what: `${what} of ${repo.id}`, repo: repo.id, type: repo.type, revision, signal };
}

function checkCount(count: number, hub: Hub, { id }: Repo): void {
  const { maxFiles } = hub.settings.limits;
  if (count <= maxFiles) return;
  const what = `The list of files of ${id}`;
  throw serveError('HUB_TOO_LARGE', { what, limit: `${maxFiles} files`, flag: 'the limit of the program' });
}

/** On the same server only: the list is asked for with the token. */
function nextPage(link: string | undefined, from: URL, fault: (reason: string) => Error): URL | undefined {
  const [, target] = /<([^>]+)>\s*;[^,]*\brel="?next"?/.exec(link ?? '') ?? [];
  if (target === undefined) return undefined;
  const next = URL.canParse(target, from.href) ? new URL(target, from) : undefined;
  if (next?.origin !== from.origin) throw fault('its next page lies elsewhere');
  return next;
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
