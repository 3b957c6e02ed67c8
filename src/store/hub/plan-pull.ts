import { resolve } from 'node:path';
import { serveError } from '../../core/errors.js';
import { findCommit, listFiles } from './api.js';
import { CacheFolder, repoFolder } from './cache-folder.js';
import type { Destination } from './destination.js';
import type { Hub } from './hub.js';
import { checkBesideNotes, checkNesting, type HubFile } from './hub-file.js';
import { LocalFolder } from './local-folder.js';
import { checkRevision, isCommit, parseRepo, type Repo, type RepoType } from './repo.js';
import { type Patterns, selectFiles } from './select.js';
import { readTree } from './trees.js';

/** What a user asks for. */
export interface PullRequest extends Patterns {
  /** `org/name`. */
  readonly repo: string;
  readonly type: RepoType;
  /** Branch, tag or commit. */
  readonly revision: string;
  /** Plain files go there, in place of the cache. */
  readonly localFolder?: string | undefined;
  /** Fetches also what is there. */
  readonly force: boolean;
}

/** One file on its way. */
export interface PlannedFile {
  readonly file: HubFile;
  /** `there` needs nothing, `partial` goes on with `doneBytes`, `missing` begins. */
  readonly state: 'there' | 'partial' | 'missing';
  readonly doneBytes: number;
  /** Other files of the same bytes; in the cache they lie there once. */
  readonly twins: readonly HubFile[];
}

/** What is to be done. */
export interface PullPlan {
  readonly repo: Repo;
  readonly revision: string;
  readonly commit: string;
  readonly destination: Destination;
  readonly files: readonly PlannedFile[];
  /** The whole commit, whatever was selected. */
  readonly all: readonly HubFile[];
  /** Of the selected files, each bytes counted once. */
  readonly totalBytes: number;
  /** Still to come. */
  readonly missingBytes: number;
  readonly force: boolean;
}

/**
 * Asks the hub what a revision holds, and looks what of it is there. Writes nothing. Throws HUB_REPO_ID, HUB_REVISION,
 * HUB_NO_MATCH, HUB_FILE_NAME, HUB_READ and the ServeErrors of the API.
 */
export async function planPull(hub: Hub, request: PullRequest, signal: AbortSignal): Promise<PullPlan> {
  const { revision, force } = request;
  const repo = parseRepo(request.repo, request.type);
  checkRevision(revision);
  const asked = { repo, revision, signal };
  const commit = isCommit(revision) ? revision : await findCommit(hub, asked);
  const all = (await rememberedFiles(hub, repo, request)) ?? (await listFiles(hub, { ...asked, commit }));
  const selected = selectFiles(all, request);
  if (selected.length === 0 && all.length > 0)
    throw serveError('HUB_NO_MATCH', { count: all.length, repo: repo.id });
  checkNesting(selected, repo);
  if (request.localFolder !== undefined) checkBesideNotes(selected, repo);
  const destination = destinationOf(hub, request, repo, commit);
  const files = await lookAt(selected, destination, request);
  const sum = (of: (planned: PlannedFile) => number) =>
    files.reduce((total, planned) => total + of(planned), 0);
  return {
    repo,
    revision,
    commit,
    destination,
    files,
    all,
    totalBytes: sum(({ file }) => file.sizeBytes),
    missingBytes: sum(({ file, doneBytes }) => file.sizeBytes - doneBytes),
    force,
  };
}

/** A commit never changes: its list is not asked for twice. */
async function rememberedFiles(hub: Hub, repo: Repo, request: PullRequest): Promise<HubFile[] | undefined> {
  if (!isCommit(request.revision) || request.localFolder !== undefined || request.force) return undefined;
  return readTree(repoFolder(hub.settings.cacheFolder, repo), request.revision, repo);
}

function destinationOf(hub: Hub, request: PullRequest, repo: Repo, commit: string): Destination {
  const { revision, localFolder } = request;
  if (localFolder !== undefined) return new LocalFolder(resolve(localFolder), commit);
  return new CacheFolder({ cacheFolder: hub.settings.cacheFolder, repo, revision, commit });
}

async function lookAt(
  selected: readonly HubFile[],
  destination: Destination,
  { force, localFolder }: PullRequest,
): Promise<PlannedFile[]> {
  const planned: PlannedFile[] = [];
  const anew = force || destination.isEmpty;
  for (const [file, twins] of groups(selected, localFolder === undefined)) {
    if (!anew && (await destination.has(file))) {
      planned.push({ file, twins, state: 'there', doneBytes: file.sizeBytes });
      continue;
    }
    const partial = anew ? undefined : await destination.partial(file);
    const doneBytes = partial && partial.sizeBytes <= file.sizeBytes ? partial.sizeBytes : 0;
    planned.push({ file, twins, state: doneBytes > 0 ? 'partial' : 'missing', doneBytes });
  }
  return planned;
}

/** In the cache files of the same bytes share one blob; in a plain folder each has its own. */
function groups(files: readonly HubFile[], shared: boolean): Map<HubFile, HubFile[]> {
  const first = new Map<string, HubFile>();
  const found = new Map<HubFile, HubFile[]>();
  for (const file of files) {
    const key = shared ? file.digest.hex : file.path;
    const leader = first.get(key);
    if (leader) found.get(leader)?.push(file);
    else {
      first.set(key, file);
      found.set(file, []);
    }
  }
  return found;
}
