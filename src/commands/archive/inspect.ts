import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import type { Inspection } from '../../archive/inspect.js';
import { formatBytes } from '../../core/sizes.js';
import { printError } from '../print-error.js';
import { TsCommand } from '../ts-command.js';
import { untilInterrupted } from './interrupt.js';

/** `ts archive inspect`: what is in an archive, and whether it is sound. */
export default class Inspect extends TsCommand {
  static override summary = 'Show what is in an archive, and what is wrong with it.';

  static override description =
    'Reads the whole archive and verifies every checksum. Works for .mar, .war and .tar.gz files and for unpacked ' +
    'folders, whichever tool made them. Ends with 1 when something is wrong.';

  static override examples = [
    '<%= config.bin %> <%= command.id %> digits.mar',
    '<%= config.bin %> <%= command.id %> digits.mar --json',
  ];

  static override args = {
    file: Args.string({ required: true, description: 'The archive: a file, or an unpacked folder.' }),
  };

  static override flags = {
    json: Flags.boolean({ description: 'Print everything as one JSON object.' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Inspect);
    try {
      const { inspectArchive } = await import('../../archive/inspect.js');
      const inspection = await untilInterrupted((signal) => inspectArchive(args.file, signal));
      const { fault, ...shown } = inspection;
      if (flags.json) process.stdout.write(`${JSON.stringify(shown)}\n`);
      // Of what is no archive at all there is only the error to show.
      else if (!fault || inspection.entries.length > 0) process.stdout.write(describe(inspection));
      if (fault) process.exitCode = printError(fault);
      else if (inspection.problems.length > 0) {
        process.stderr.write(`${args.file} is not complete: ${inspection.problems.join(' ')}\n`);
        process.exitCode = 1;
      }
    } catch (error) {
      process.exitCode = printError(error);
    }
  }
}

function describe(inspection: Inspection): string {
  const { path, format, sizeBytes, entries, problems } = inspection;
  const verdict = problems.length === 0 ? 'sound' : 'NOT SOUND';
  const sections = [
    `${path}: ${format}, ${formatBytes(sizeBytes)}, ${entries.length} entries, ${verdict}`,
    ...describeManifest(inspection.manifest),
    '',
    'Files',
    ...describeEntries(entries),
    ...describeConfig(inspection.config),
  ];
  return `${sections.join('\n')}\n`;
}

function describeManifest(manifest: unknown): string[] {
  if (!(manifest instanceof Object)) return [];
  const rows = Object.entries(manifest).flatMap(([key, value]) =>
    value instanceof Object ? Object.entries(value) : [[key, value] as const],
  );
  const width = Math.max(0, ...rows.map(([key]) => key.length));
  return ['', 'Manifest', ...rows.map(([key, value]) => `  ${key.padEnd(width)}  ${String(value)}`)];
}

function describeEntries(entries: Inspection['entries']): string[] {
  return entries.map(({ name, kind, sizeBytes, packing, packedBytes }) => {
    const packed = packing === 'deflated' ? `deflated to ${formatBytes(packedBytes ?? 0)}` : packing;
    const size = kind === 'folder' ? '' : formatBytes(sizeBytes);
    return `  ${size.padStart(10)}  ${(kind === 'folder' ? 'folder' : packed).padEnd(22)}  ${name}`;
  });
}

function describeConfig(config: Inspection['config']): string[] {
  if (!config) return [];
  const text = config.text
    .trimEnd()
    .split('\n')
    .map((line) => `  ${line}`);
  const problems = config.problems.map(
    ({ severity, line, column, message }) => `  ${config.file}:${line}:${column}: ${severity}: ${message}`,
  );
  return ['', `Config (${config.file})`, ...text, ...problems];
}
