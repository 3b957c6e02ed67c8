import type { PackedArchive, PackJob } from '../../archive/pack.js';
import type { PackPlan } from '../../archive/plan.js';
import type { CompletedRequest, ModelArguments } from '../../archive/request.js';
import { serveError } from '../../core/errors.js';
import { formatBytes } from '../../core/sizes.js';
import type { HubSource } from './from-hub.js';
import { untilInterrupted } from './interrupt.js';

/** What is shown while an archive is built. Errors and warnings always are. */
export interface BuildOutput {
  /** Nothing else is shown. */
  readonly quiet: boolean;
  /** One JSON object on stdout in place of the sentences. */
  readonly json: boolean;
}

/**
 * Builds a model archive from the flags of a command line, its files from the hub when `source` says so. Throws what the
 * archive room and the hub throw.
 */
export async function buildModelArchive(
  args: ModelArguments,
  output: BuildOutput,
  source?: HubSource,
): Promise<void> {
  const { planModelArchive } = await import('../../archive/plan-model.js');
  const completed = source ? await fromHub(args, output, source) : await complete(args);
  if (!output.quiet && !output.json) tellChoices(completed);
  const plan = await planModelArchive(completed.request);
  const packed = await packShown(plan, output);
  if (output.json) process.stdout.write(`${JSON.stringify(asJson(plan, packed, completed))}\n`);
  else if (!output.quiet) process.stdout.write(`${summary(packed, completed)}\n`);
}

async function complete(args: ModelArguments): Promise<CompletedRequest> {
  const { completeRequest } = await import('../../archive/request.js');
  return completeRequest(args);
}

async function fromHub(
  args: ModelArguments,
  { quiet, json }: BuildOutput,
  source: HubSource,
): Promise<CompletedRequest> {
  const { requestFromHub } = await import('./from-hub.js');
  return requestFromHub(args, source, { silent: quiet || json });
}

/** Writes a planned archive; warnings first, progress meanwhile, both on stderr. */
export async function packShown(
  plan: PackJob & Pick<PackPlan, 'totalBytes' | 'warnings'>,
  output: BuildOutput,
): Promise<PackedArchive> {
  const { packArchive } = await import('../../archive/pack.js');
  const { systemClock } = await import('../../core/clock.js');
  const { createProgress } = await import('./progress.js');
  for (const warning of plan.warnings) process.stderr.write(`Warning: ${warning}\n`);
  const progress = output.quiet
    ? undefined
    : await createProgress(plan.totalBytes, process.stderr, systemClock);
  try {
    return await untilInterrupted((signal) =>
      packArchive(plan, { signal, onProgress: (doneBytes) => progress?.update(doneBytes) }),
    );
  } finally {
    progress?.stop();
  }
}

/** SOURCE_DATE_EPOCH, by which tools that make files agree on a date; undefined when unset. */
export function sourceDateEpoch(env: NodeJS.ProcessEnv, command: string): number | undefined {
  const text = env.SOURCE_DATE_EPOCH;
  if (text === undefined || text === '') return undefined;
  if (/^\d{1,11}$/.test(text)) return Number(text);
  const reason = `SOURCE_DATE_EPOCH is "${text}", but must be whole seconds since 1970.`;
  throw serveError('ARCHIVE_USAGE', { reason, command });
}

function tellChoices({ choices, leftOut, request }: CompletedRequest): void {
  if (choices.length === 0) return;
  const width = Math.max(...choices.map(({ flag, value }) => `${flag} ${value}`.length));
  const lines = choices.map(({ flag, value, why }) => `  ${`${flag} ${value}`.padEnd(width)}  ${why}`);
  process.stderr.write(`Found in ${request.folder}:\n${lines.join('\n')}\n`);
  if (leftOut.length > 0)
    process.stderr.write(`  left out: ${leftOut.join(', ')} (add with --extra-files)\n`);
}

function summary(packed: PackedArchive, { request }: CompletedRequest): string {
  const { name, version, runtime, handler } = request;
  return (
    `${packed.path}: ${formatBytes(packed.sizeBytes)}, ${packed.fileCount} files; ` +
    `model ${name}, version ${version}, runtime ${runtime}, handler ${handler}`
  );
}

function asJson(plan: PackPlan, packed: PackedArchive, { choices, leftOut }: CompletedRequest): unknown {
  return {
    ...packed,
    manifest: JSON.parse(plan.manifestText),
    files: plan.files.map(({ name, sizeBytes }) => ({ name, sizeBytes })),
    choices,
    leftOut,
    warnings: plan.warnings,
  };
}
