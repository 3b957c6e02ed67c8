import { systemClock } from '../../core/clock.js';
import { serveError } from '../../core/errors.js';
import type { PullRequest } from '../../store/hub/plan-pull.js';
import type { Snapshot } from '../../store/hub/pull.js';
import { type FetchOptions, fetchSnapshot, planSnapshot } from './fetch.js';
import type { DownloadFlags } from './flags.js';
import { splitPatterns } from './patterns.js';
import { describePlan, plannedAsJson, pulledAsJson } from './report.js';

/** Carries out `ts download`. Throws HUB_USAGE, what `fetchSnapshot` and what `zipSnapshot` throw. */
export async function download(repo: string | undefined, flags: DownloadFlags): Promise<void> {
  const request = toRequest(repo, flags);
  const options: FetchOptions = {
    cacheFolder: flags['cache-dir'],
    token: flags.token,
    maxWorkers: flags['max-workers'],
    silent: flags.quiet || flags.json,
  };
  if (flags['dry-run']) {
    const plan = await planSnapshot(request, options);
    process.stdout.write(flags.json ? `${JSON.stringify(plannedAsJson(plan))}\n` : describePlan(plan));
    return;
  }
  if (flags.zip !== undefined) await (await import('./zip.js')).checkZipPath(flags.zip);
  const startMs = systemClock.now();
  const { snapshot, plan } = await fetchSnapshot(request, options);
  const zip = flags.zip === undefined ? undefined : await pack(snapshot, flags.zip, flags);
  const seconds = (systemClock.now() - startMs) / 1000;
  const result = { request, snapshot, plan, zip, seconds };
  process.stdout.write(flags.json ? `${JSON.stringify(pulledAsJson(result))}\n` : `${snapshot.folder}\n`);
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
    include: splitPatterns(flags.include),
    exclude: splitPatterns(flags.exclude),
    localFolder: flags['local-dir'],
    force: flags.force,
  };
}

/** The tutorials' next step: one file with everything, the paths as in the snapshot. */
async function pack(snapshot: Snapshot, path: string, { quiet, json }: DownloadFlags): Promise<string> {
  const { zipSnapshot } = await import('./zip.js');
  return zipSnapshot(snapshot, path, { quiet, json });
}
