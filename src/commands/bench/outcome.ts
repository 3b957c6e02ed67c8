import { access, constants, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Measurement } from '../../bench/bench.js';
import type { Baseline } from '../../bench/judge/baseline.js';
import type { Verdict } from '../../bench/judge/judge.js';
import { toRows } from '../../bench/rows.js';
import { serveError } from '../../core/errors.js';
import type { BenchFlags } from './demand.js';

/** What a measurement is held against. */
export interface Held {
  readonly baseline: Baseline | undefined;
  readonly verdicts: readonly Verdict[];
}

/** Prints a measurement in the format that was asked for, and writes the page. Throws BENCH_OUTPUT. */
export async function report(flags: BenchFlags, measurement: Measurement, held: Held): Promise<void> {
  process.stdout.write(await toText(flags, measurement, held));
  const { baseline } = held;
  if (baseline && (baseline.cpu !== measurement.facts.cpu || baseline.cores !== measurement.facts.cores))
    process.stderr.write(
      `The baseline was measured on another machine: ${baseline.cores} cores, ${baseline.cpu}.\n`,
    );
  if (flags.html === undefined) return;
  const { printHtml } = await import('../../bench/report/html.js');
  await writeWhole(flags.html, printHtml(measurement, baseline));
}

/** An hour of measuring should not end at a folder that is not there. Throws BENCH_OUTPUT. */
export async function checkOutput({ html }: BenchFlags): Promise<void> {
  if (html === undefined) return;
  await access(dirname(resolve(html)), constants.W_OK).catch((error: Error) => {
    throw cannotWrite(html, error);
  });
}

/** A file that is there is whole, also when the disk is full. */
async function writeWhole(path: string, text: string): Promise<void> {
  const unfinished = `${path}.${process.pid}.part`;
  try {
    await writeFile(unfinished, text, { flag: 'wx' });
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw cannotWrite(path, error as Error);
  }
}

function cannotWrite(path: string, error: Error): Error {
  const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
  const reason = missing ? 'there is no such folder' : error.message;
  return serveError('BENCH_OUTPUT', { path, flag: '--html', reason }, { cause: error });
}

async function toText(flags: BenchFlags, measurement: Measurement, held: Held): Promise<string> {
  const { baseline, verdicts } = held;
  if (flags.json) return (await import('../../bench/report/json.js')).printJson(measurement, verdicts);
  if (flags.csv) return (await import('../../bench/report/csv.js')).printCsv(measurement);
  if (flags.markdown)
    return (await import('../../bench/report/markdown.js')).printMarkdown(measurement, baseline);
  return (await import('../../bench/report/table.js')).printTable(measurement, baseline);
}

/**
 * A table with holes is shown, but it is no success, nor is one that is not as asserted. Throws BENCH_FAILED and
 * BENCH_ASSERT.
 */
export function failUnlessSound({ run }: Measurement, { verdicts }: Held): void {
  const rows = toRows(run);
  const failed = rows.reduce((sum, row) => sum + row.failed, 0);
  const asked = rows.reduce((sum, row) => sum + row.asked, 0);
  const fault = rows.find((row) => row.fault !== undefined)?.fault ?? 'none was answered in time';
  if (rows.some((row) => row.figures === undefined))
    throw serveError('BENCH_FAILED', { failed, asked, fault });
  const failures = verdicts.flatMap(({ failure }) => failure ?? []);
  if (failures.length > 0) throw serveError('BENCH_ASSERT', { failures: failures.join('; ') });
}
