import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type ServeError, serveError } from '../../core/errors.js';
import { hasSize, readRef, repoFolder, snapshotFolder } from './cache-folder.js';
import type { HubFile } from './hub-file.js';
import { notesFolder } from './local-folder.js';
import type { PullRequest } from './plan-pull.js';
import type { Snapshot } from './pull.js';
import { checkRevision, isCommit, parseRepo, type Repo } from './repo.js';
import { selectFiles } from './select.js';
import type { HubSettings } from './settings.js';
import { readTree } from './trees.js';

/** Finds a snapshot without the network. Throws HUB_OFFLINE when it is not there or known to be incomplete. */
export async function findOffline(settings: HubSettings, request: PullRequest): Promise<Snapshot> {
  const repo = parseRepo(request.repo, request.type);
  checkRevision(request.revision);
  const { commit, folder, lists } = await locate(settings, request, repo);
  const all = (await readTree(lists, commit, repo)) ?? (await filesIn(folder));
  const files = selectFiles(all, request);
  const missing = files.filter((file) => !hasSize(join(folder, file.path), file)).map(({ path }) => path);
  if (files.length === 0) throw offline(settings, request, 'no file of it is there');
  if (missing.length === 0) return { folder, commit, files, receivedBytes: 0 };
  const shown = missing.slice(0, 3).join(', ') + (missing.length > 3 ? ', …' : '');
  throw offline(settings, request, `${missing.length} of ${files.length} files are missing (${shown})`);
}

interface Place {
  readonly commit: string;
  readonly folder: string;
  /** The folder with `trees`. */
  readonly lists: string;
}

async function locate(settings: HubSettings, request: PullRequest, repo: Repo): Promise<Place> {
  const { revision, localFolder } = request;
  const { cacheFolder } = settings;
  if (localFolder !== undefined) return locateLocal(settings, request, resolve(localFolder));
  const commit = isCommit(revision) ? revision : await readRef(cacheFolder, repo, revision);
  if (commit === undefined) throw offline(settings, request, 'that revision was never downloaded');
  return { commit, folder: snapshotFolder(cacheFolder, repo, commit), lists: repoFolder(cacheFolder, repo) };
}

/** A plain folder holds one commit at a time: the one that was downloaded last. */
async function locateLocal(settings: HubSettings, request: PullRequest, folder: string): Promise<Place> {
  const lists = notesFolder(folder);
  const names = await readdir(join(lists, 'trees')).catch(() => []);
  const commits = names.map((name) => name.replace(/\.json$/, '')).filter(isCommit);
  const dated = await Promise.all(
    commits.map(async (commit) => ({
      commit,
      time: (await stat(join(lists, 'trees', `${commit}.json`))).mtimeMs,
    })),
  );
  const [newest] = dated.sort((one, other) => other.time - one.time);
  const { revision } = request;
  if (!newest) throw offline(settings, request, 'nothing was downloaded there');
  if (isCommit(revision) && revision !== newest.commit)
    throw offline(settings, request, `it holds commit ${newest.commit}`);
  return { commit: newest.commit, folder, lists };
}

/** What an older tool has left without a list: there is no telling what is missing. */
async function filesIn(folder: string): Promise<HubFile[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const files: HubFile[] = [];
  for (const path of names.sort()) {
    const facts = await stat(join(folder, path)).catch(() => undefined);
    const digest = { algorithm: 'sha256', hex: '' } as const;
    if (facts?.isFile()) files.push({ path, sizeBytes: facts.size, digest, blobId: '' });
  }
  return files;
}

function offline(settings: HubSettings, request: PullRequest, reason: string): ServeError {
  const folder = request.localFolder ?? settings.cacheFolder;
  return serveError('HUB_OFFLINE', { repo: request.repo, revision: request.revision, folder, reason });
}
