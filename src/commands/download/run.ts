import { resolve } from 'node:path';
import type * as Interfaces from '@oclif/core/interfaces';
import { systemClock } from '../../core/clock.js';
import { serveError } from '../../core/errors.js';
import type { Hub } from '../../store/hub/hub.js';
import type { PullPlan, PullRequest } from '../../store/hub/plan-pull.js';
import type { Snapshot } from '../../store/hub/pull.js';
import type { HubSettings } from '../../store/hub/settings.js';
import { untilInterrupted } from '../archive/interrupt.js';
import type Download from '../download.js';
import { openHub } from './hub.js';
import { createDownloadProgress } from './progress.js';
import { describePlan, plannedAsJson, pulledAsJson } from './report.js';

export type DownloadFlags = Interfaces.InferredFlags<(typeof Download)['flags']>;

export interface DownloadArguments {
  readonly repo: string | undefined;
  readonly flags: DownloadFlags;
}

/** Carries out `ts download`. Throws what the hub part of the store throws, and HUB_USAGE. */
export async function download({ repo, flags }: DownloadArguments): Promise<void> {
  const { hubSettings } = await import('../../store/hub/settings.js');
  const request = toRequest(repo, flags);
  const settings = withCache(hubSettings(process.env), flags['cache-dir']);
  if (flags.zip !== undefined) await (await import('./zip.js')).checkZipPath(flags.zip);
  const startMs = systemClock.now();
  const outcome = await untilInterrupted(async (signal) => {
    if (settings.offline) return offline(settings, request, flags);
    const hub = await openHub(settings, flags.token);
    try {
      return await online(hub, request, flags, signal);
    } finally {
      hub.close();
    }
  });
  if (outcome === undefined) return;
  const { snapshot, plan } = outcome;
  // The tutorials' next step: one file with everything, the paths as in the snapshot.
  const zip =
    flags.zip === undefined
      ? undefined
      : await (await import('./zip.js')).zipSnapshot(snapshot, flags.zip, flags);
  const seconds = (systemClock.now() - startMs) / 1000;
  if (flags.json)
    process.stdout.write(`${JSON.stringify(pulledAsJson({ request, snapshot, plan, zip, seconds }))}\n`);
  else process.stdout.write(`${snapshot.folder}\n`);
}

function toRequest(argument: string | undefined, flags: DownloadFlags): PullRequest {
  const named = flags['model-name'];
  const repo = argument ?? named;
  const usage = (reason: string) => serveError('HUB_USAGE', { reason, command: 'download' });
  if (repo === undefined) throw usage('Which repository? Give ORG/NAME.');
  if (argument !== undefined && named !== undefined && argument !== named)
    throw usage(`Both ${argument} and --model-name ${named} were given.`);
  if (flags['local-dir'] !== undefined && flags['cache-dir'] !== undefined)
    throw usage('--local-dir and --cache-dir exclude each other.');
  return {
    repo,
    type: flags['repo-type'],
    revision: flags.revision,
    include: splitList(flags.include),
    exclude: splitList(flags.exclude),
    localFolder: flags['local-dir'],
    force: flags.force,
  };
}

function withCache(settings: HubSettings, folder: string | undefined): HubSettings {
  return folder === undefined ? settings : { ...settings, cacheFolder: resolve(folder) };
}

interface Outcome {
  readonly snapshot: Snapshot;
  /** Undefined without the network. */
  readonly plan?: PullPlan;
}

async function online(
  hub: Hub,
  request: PullRequest,
  flags: DownloadFlags,
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  const { planPull } = await import('../../store/hub/plan-pull.js');
  const plan = await planPull(hub, request, signal);
  if (flags['dry-run']) {
    process.stdout.write(flags.json ? `${JSON.stringify(plannedAsJson(plan))}\n` : describePlan(plan));
    return undefined;
  }
  const { runPull } = await import('../../store/hub/pull.js');
  const progress = await createDownloadProgress(plan, {
    stream: process.stderr,
    clock: systemClock,
    silent: flags.quiet || flags.json || hub.settings.silent,
  });
  try {
    const maxWorkers = flags['max-workers'];
    return { plan, snapshot: await runPull(hub, plan, { maxWorkers, signal, observer: progress }) };
  } finally {
    progress.stop();
  }
}

async function offline(settings: HubSettings, request: PullRequest, flags: DownloadFlags): Promise<Outcome> {
  const { findOffline } = await import('../../store/hub/offline.js');
  if (flags['dry-run'] || flags.force) {
    const flag = flags['dry-run'] ? '--dry-run' : '--force';
    const { repo, revision } = request;
    const reason = `${flag} needs the network`;
    throw serveError('HUB_OFFLINE', { repo, revision, folder: settings.cacheFolder, reason });
  }
  return { snapshot: await findOffline(settings, request) };
}

/** The items of a flag that takes lists with commas and may be repeated. */
function splitList(texts: readonly string[] | undefined): string[] {
  return (texts ?? []).flatMap((text) => text.split(',').map((item) => item.trim())).filter(Boolean);
}
