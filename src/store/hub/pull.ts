import { statfsSync } from 'node:fs';
import { describeFault } from '../../archive/faults.js';
import { ServeError, serveError } from '../../core/errors.js';
import { formatBytes } from '../../core/sizes.js';
import { isLocked } from './destination.js';
import { fetchFile } from './fetch-file.js';
import { isReadOnly, nearestExisting } from './folders.js';
import { type Hashers, startHashers } from './hashers.js';
import type { Hub } from './hub.js';
import type { HubFile } from './hub-file.js';
import { lockFile, type Release } from './lock.js';
import type { PlannedFile, PullPlan } from './plan-pull.js';
import type { OnWait } from './retry.js';
import { Slots } from './slots.js';

/** Is told how a pull goes on. */
export interface PullObserver {
  /** A file begins, or goes on with the bytes an earlier run has left. */
  started?(file: HubFile, doneBytes: number): void;
  /** So many bytes of it are there now; fewer than before when it began anew. */
  moved?(file: HubFile, doneBytes: number): void;
  /** Asking for it failed with what this becomes unless it passes, and is done again in `waitMs`. */
  waiting?(file: HubFile, failure: ServeError, waitMs: number): void;
  /** It is in its place. */
  finished?(file: HubFile): void;
}

export interface PullOptions {
  /** Files that are received at the same time; as many again may wait for their hash. */
  readonly maxWorkers: number;
  readonly signal: AbortSignal;
  readonly observer?: PullObserver | undefined;
}

/** A whole snapshot on this machine. */
export interface Snapshot {
  /** Absolute path of the folder with the files. */
  readonly folder: string;
  readonly commit: string;
  readonly files: readonly HubFile[];
  /** What came over the network. */
  readonly receivedBytes: number;
}

/** Left free beside the files, for folders, links and lists. */
const SPARE_BYTES = 1024 * 1024;

/**
 * Carries out a plan. Every file appears under its name only when its hash is right, and the branch only when all files
 * are there; what has arrived when it fails stays for the next run. Throws HUB_DISK_FULL, HUB_WRITE, HUB_READ, HUB_LOCKED,
 * HUB_DIGEST, HUB_CANCELLED and the ServeErrors of `Hub.attempt`.
 */
export async function runPull(hub: Hub, plan: PullPlan, options: PullOptions): Promise<Snapshot> {
  const { destination, files, commit } = plan;
  const pull = new Pull(hub, plan, options);
  try {
    await checkSpace(plan);
    await prepare(plan);
    await pull.all();
    await finish(plan);
  } finally {
    await pull.close();
  }
  const shown = files.flatMap(({ file, twins }) => [file, ...twins]);
  return { folder: destination.folder, commit, files: shown, receivedBytes: pull.receivedBytes };
}

class Pull {
  receivedBytes = 0;
  readonly #hashers: Hashers;
  /** Files of which bytes may still come. */
  readonly #coming: Set<PlannedFile>;
  readonly #failure = new AbortController();
  readonly #signal: AbortSignal;

  constructor(
    private readonly hub: Hub,
    private readonly plan: PullPlan,
    private readonly options: PullOptions,
  ) {
    this.#hashers = startHashers(plan.totalBytes);
    this.#coming = new Set(plan.files);
    this.#signal = AbortSignal.any([options.signal, this.#failure.signal]);
  }

  /** The largest files first, so that none is left alone at the end. */
  async all(): Promise<void> {
    const waiting = [...this.plan.files].sort((one, other) => one.file.sizeBytes - other.file.sizeBytes);
    const slots = new Slots(this.options.maxWorkers);
    const work = async () => {
      while (waiting.length > 0) {
        const release = await slots.take();
        const next = waiting.pop();
        const onWhole = () => {
          release();
          if (next) this.#arrived(next);
        };
        try {
          if (next) await this.#one(next, onWhole);
        } finally {
          onWhole();
        }
      }
    };
    // While the hash of one file is waited for, the next is on its way.
    const workers = Array.from({ length: Math.min(2 * this.options.maxWorkers, waiting.length) }, work);
    const failed: unknown[] = [];
    await Promise.all(
      workers.map((worker) =>
        worker.catch((error: unknown) => {
          // What the first failure stops in the others is no news.
          failed.push(error);
          this.#failure.abort();
        }),
      ),
    );
    if (this.options.signal.aborted) throw serveError('HUB_CANCELLED', {}, { cause: failed[0] });
    if (failed.length > 0) throw failed[0];
  }

  #arrived(planned: PlannedFile): void {
    if (this.#coming.delete(planned) && this.#coming.size === 0) this.#hashers.allArrived();
  }

  async close(): Promise<void> {
    await this.#hashers.close();
  }

  async #one(planned: PlannedFile, onWhole: () => void): Promise<void> {
    const { file, twins, state, doneBytes } = planned;
    const { destination } = this.plan;
    this.#signal.throwIfAborted();
    this.options.observer?.started?.(file, doneBytes);
    if (state !== 'there') await this.#fetch(file, onWhole);
    for (const shown of state === 'there' ? [file, ...twins] : twins)
      await onDisk(destination.folder, () => destination.show(shown));
    this.options.observer?.finished?.(file);
  }

  async #fetch(file: HubFile, onWhole: () => void): Promise<void> {
    const { destination, force } = this.plan;
    const release = await this.#lock(file);
    try {
      // Another program may have brought it while this one waited for the lock.
      if (release && !force && (await destination.has(file))) {
        await onDisk(destination.folder, () => destination.show(file));
        return;
      }
      const path = await onDisk(destination.folder, () => destination.claim(file, force));
      await fetchFile({ ...this.#job(file), path, onWhole });
      await onDisk(destination.folder, () => destination.place(file, path));
    } finally {
      await release?.();
    }
  }

  #job(file: HubFile) {
    const { repo, commit } = this.plan;
    let knownBytes: number | undefined;
    const onSize = (sizeBytes: number) => {
      this.receivedBytes += Math.max(0, sizeBytes - (knownBytes ?? sizeBytes));
      knownBytes = sizeBytes;
      this.options.observer?.moved?.(file, sizeBytes);
    };
    const onWait: OnWait = (failure, waitMs) => this.options.observer?.waiting?.(file, failure, waitMs);
    return {
      hub: this.hub,
      repo,
      commit,
      file,
      hashers: this.#hashers,
      signal: this.#signal,
      onSize,
      onWait,
    };
  }

  async #lock(file: HubFile): Promise<Release | undefined> {
    if (!isLocked(file)) return undefined;
    const path = this.plan.destination.lockPath(file);
    const timeoutMs = this.hub.settings.limits.lockTimeoutMs;
    const release = await onDisk(path, () => lockFile({ path, timeoutMs, signal: this.#signal }));
    if (release) return release;
    throw serveError('HUB_LOCKED', { file: file.path, minutes: Math.round(timeoutMs / 60_000), path });
  }
}

/** A folder in which nothing is missing serves as well when it may only be read: nothing needs to be noted there. */
async function prepare(plan: PullPlan): Promise<void> {
  const { destination, all } = plan;
  const preparing = onDisk(destination.folder, () => destination.prepare(all));
  await (isWhole(plan) ? preparing.catch(() => undefined) : preparing);
}

/** Nor need the branch be noted: its snapshot has been found. */
async function finish(plan: PullPlan): Promise<void> {
  const { destination } = plan;
  await onDisk(destination.folder, () => destination.finish()).catch((error: Error) => {
    if (!isWhole(plan) || !isReadOnly(error.cause)) throw error;
  });
}

function isWhole({ files }: PullPlan): boolean {
  return files.every(({ state }) => state === 'there');
}

/** Throws HUB_DISK_FULL when what is still to come does not fit. */
async function checkSpace({ destination, missingBytes }: PullPlan): Promise<void> {
  const { bavail, bsize } = await onDisk(destination.folder, async () =>
    statfsSync(nearestExisting(destination.folder)),
  );
  const freeBytes = bavail * bsize;
  const neededBytes = missingBytes + SPARE_BYTES;
  if (missingBytes === 0 || neededBytes <= freeBytes) return;
  throw serveError('HUB_DISK_FULL', {
    folder: destination.folder,
    free: formatBytes(freeBytes),
    needed: formatBytes(neededBytes),
  });
}

async function onDisk<Result>(path: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof ServeError || !(error as NodeJS.ErrnoException).syscall) throw error;
    const { path: at = path } = error as NodeJS.ErrnoException;
    throw serveError('HUB_WRITE', { path: at, reason: describeFault(error) }, { cause: error });
  }
}
