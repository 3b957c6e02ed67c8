import { nameProblem } from '../../archive/entry-names.js';
import { serveError } from '../../core/errors.js';

export const REPO_TYPES = ['model', 'dataset'] as const;
export type RepoType = (typeof REPO_TYPES)[number];

/** A repository of the hub. */
export interface Repo {
  /** `org/name`, or a name alone for the oldest models. */
  readonly id: string;
  readonly type: RepoType;
}

const NAME = /^[A-Za-z0-9_](?:[\w.-]{0,94}[A-Za-z0-9_])?$/;
const COMMIT = /^[0-9a-f]{40}$/;

/** Checks a repository's name by the hub's rules. Throws HUB_REPO_ID. */
export function parseRepo(id: string, type: RepoType): Repo {
  const parts = id.split('/');
  const sound = parts.length <= 2 && parts.every((part) => NAME.test(part));
  if (!sound || /--|\.\.|\.git$/.test(id)) throw serveError('HUB_REPO_ID', { repo: id });
  return { id, type };
}

/** Checks that a revision can also be a path below `refs/`. Throws HUB_REVISION. */
export function checkRevision(revision: string): void {
  const problem = nameProblem(revision);
  if (problem) throw serveError('HUB_REVISION', { revision, reason: problem });
}

/** Whether a revision is a whole commit, which never changes. */
export function isCommit(revision: string): boolean {
  return COMMIT.test(revision);
}

/** The repository's folder in the cache: `models--org--name`. */
export function cacheName({ id, type }: Repo): string {
  return [`${type}s`, ...id.split('/')].join('--');
}

export function commitUrl(endpoint: string, { id, type }: Repo, revision: string): URL {
  return new URL(`${endpoint}/api/${type}s/${id}/revision/${encodeURIComponent(revision)}`);
}

export function treeUrl(endpoint: string, { id, type }: Repo, commit: string): URL {
  return new URL(`${endpoint}/api/${type}s/${id}/tree/${commit}?recursive=true`);
}

export function fileUrl(endpoint: string, { id, type }: Repo, commit: string, path: string): URL {
  const prefix = type === 'model' ? '' : `${type}s/`;
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return new URL(`${endpoint}/${prefix}${id}/resolve/${commit}/${encoded}`);
}
