import { formatBytes } from '../../core/sizes.js';
import type { PlannedFile, PullPlan, PullRequest } from '../../store/hub/plan-pull.js';
import type { Snapshot } from '../../store/hub/pull.js';

const STATES = { there: 'there', partial: 'goes on', missing: 'to come' } as const;

/** `--dry-run` for people: every file with its size and whether it is there, and the bytes in all. */
export function describePlan({ repo, revision, commit, files, totalBytes, missingBytes }: PullPlan): string {
  const lines = files.flatMap((planned) => [
    line(planned, planned.file.path),
    ...planned.twins.map(({ path }) => line(planned, `${path} (same bytes as ${planned.file.path})`)),
  ]);
  const count = files.reduce((sum, { twins }) => sum + 1 + twins.length, 0);
  return (
    `${repo.id}, ${revision} (${commit})\n${lines.join('\n')}\n` +
    `${count} files, ${formatBytes(totalBytes)}; to come: ${formatBytes(missingBytes)} (${missingBytes} bytes)\n`
  );
}

/** `--dry-run --json`. */
export function plannedAsJson(plan: PullPlan): unknown {
  const { repo, revision, commit, destination, files, totalBytes, missingBytes } = plan;
  return {
    repo: repo.id,
    repoType: repo.type,
    revision,
    commit,
    path: destination.folder,
    totalBytes,
    missingBytes,
    files: files.flatMap(({ file, twins, state, doneBytes }) =>
      [file, ...twins].map(({ path, sizeBytes }) => ({ path, sizeBytes, state, doneBytes })),
    ),
  };
}

export interface Pulled {
  readonly request: PullRequest;
  readonly snapshot: Snapshot;
  /** Undefined without the network. */
  readonly plan: PullPlan | undefined;
  /** Absolute path of the zip file. */
  readonly zip: string | undefined;
  readonly seconds: number;
}

/** `--json`: where everything is and what was done for it. */
export function pulledAsJson({ request, snapshot, plan, zip, seconds }: Pulled): unknown {
  const { folder, commit, files, receivedBytes } = snapshot;
  const states = new Map(
    plan?.files.flatMap(({ file, twins, state }) => [file, ...twins].map(({ path }) => [path, state])),
  );
  return {
    repo: request.repo,
    repoType: request.type,
    revision: request.revision,
    commit,
    path: folder,
    ...(zip === undefined ? {} : { zip }),
    totalBytes: plan?.totalBytes ?? bytesOf(files),
    receivedBytes,
    seconds: Math.round(seconds * 1000) / 1000,
    files: files.map(({ path, sizeBytes, digest }) => ({
      path,
      sizeBytes,
      ...(digest.hex === '' ? {} : { digest: `${digest.algorithm}:${digest.hex}` }),
      before: states.get(path) ?? 'there',
    })),
  };
}

/** Equal files count once, as in a plan. */
function bytesOf(files: Snapshot['files']): number {
  const sizes = new Map(files.map(({ path, digest, sizeBytes }) => [digest.hex || path, sizeBytes]));
  return [...sizes.values()].reduce((sum, sizeBytes) => sum + sizeBytes, 0);
}

function line({ file, state, doneBytes }: PlannedFile, name: string): string {
  const done = state === 'partial' ? ` at ${formatBytes(doneBytes)}` : '';
  return `  ${formatBytes(file.sizeBytes).padStart(10)}  ${`${STATES[state]}${done}`.padEnd(20)}  ${name}`;
}
