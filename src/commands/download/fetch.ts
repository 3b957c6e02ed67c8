import { resolve } from 'node:path';
import { systemClock } from '../../core/clock.js';
import { serveError } from '../../core/errors.js';
import type { Hub } from '../../store/hub/hub.js';
import type { PullPlan, PullRequest } from '../../store/hub/plan-pull.js';
import type { Snapshot } from '../../store/hub/pull.js';
import { type HubSettings, hubSettings } from '../../store/hub/settings.js';
import { untilInterrupted } from '../archive/interrupt.js';
import { openHub } from './hub.js';
import { createDownloadProgress, waitNotice } from './progress.js';

export interface FetchOptions {
  /** In place of the cache of the environment. */
  readonly cacheFolder?: string | undefined;
  /** In place of the token of the environment. */
  readonly token?: string | undefined;
  /** Files at the same time. */
  readonly maxWorkers: number;
  /** No progress is shown. */
  readonly silent: boolean;
}

export interface Fetched {
  readonly snapshot: Snapshot;
  /** Undefined when the network was not used. */
  readonly plan?: PullPlan;
}

/**
 * Brings a snapshot, or finds it on this machine when HF_HUB_OFFLINE forbids the network; shows progress on stderr. Throws
 * what `planPull`, `runPull` and `findOffline` throw, and HUB_OFFLINE_FLAG.
 */
export async function fetchSnapshot(request: PullRequest, options: FetchOptions): Promise<Fetched> {
  const settings = settingsFor(options);
  if (settings.offline) {
    if (request.force) throw serveError('HUB_OFFLINE_FLAG', { flag: '--force' });
    const { findOffline } = await import('../../store/hub/offline.js');
    return { snapshot: await findOffline(settings, request) };
  }
  return onHub(settings, options, async (hub, signal) => {
    // What `pull` needs is loaded while the hub thinks about its answer.
    const [plan] = await Promise.all([makePlan(hub, request, signal), import('../../store/hub/pull.js')]);
    return { plan, snapshot: await pull(hub, plan, options, signal) };
  });
}

/** What would be brought. Throws what `planPull` throws, and HUB_OFFLINE_FLAG. */
export async function planSnapshot(request: PullRequest, options: FetchOptions): Promise<PullPlan> {
  const settings = settingsFor(options);
  if (settings.offline) throw serveError('HUB_OFFLINE_FLAG', { flag: '--dry-run' });
  return onHub(settings, options, (hub, signal) => makePlan(hub, request, signal));
}

async function makePlan(hub: Hub, request: PullRequest, signal: AbortSignal): Promise<PullPlan> {
  const { planPull } = await import('../../store/hub/plan-pull.js');
  return planPull(hub, request, signal);
}

async function pull(hub: Hub, plan: PullPlan, options: FetchOptions, signal: AbortSignal): Promise<Snapshot> {
  const { runPull } = await import('../../store/hub/pull.js');
  const progress = await createDownloadProgress(plan, {
    stream: process.stderr,
    clock: systemClock,
    silent: options.silent || hub.settings.silent,
  });
  try {
    return await runPull(hub, plan, { maxWorkers: options.maxWorkers, signal, observer: progress });
  } finally {
    progress.stop();
  }
}

function settingsFor({ cacheFolder }: FetchOptions): HubSettings {
  const settings = hubSettings(process.env);
  return cacheFolder === undefined ? settings : { ...settings, cacheFolder: resolve(cacheFolder) };
}

async function onHub<Result>(
  settings: HubSettings,
  { token, silent }: FetchOptions,
  act: (hub: Hub, signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const hub = await openHub(settings, token, (failure, waitMs) => {
    const notice = silent || settings.silent ? undefined : waitNotice(failure, waitMs);
    if (notice) process.stderr.write(`${notice}\n`);
  });
  try {
    return await untilInterrupted((signal) => act(hub, signal));
  } finally {
    hub.close();
  }
}
