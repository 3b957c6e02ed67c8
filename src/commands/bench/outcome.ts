import type { Measurement } from '../../bench/bench.js';
import type { Baseline } from '../../bench/judge/baseline.js';
import type { Verdict } from '../../bench/judge/judge.js';
import { toRows } from '../../bench/rows.js';
import { checkWritable, type Refusal, writeWhole } from '../../bench/whole-file.js';
import { serveError } from '../../core/errors.js';
import type { BenchFlags } from './demand.js';
import { printResult } from './print-result.js';

/** What a measurement is held against. */
export interface Held {
  readonly baseline: Baseline | undefined;
  readonly verdicts: readonly Verdict[];
}

/**
 * Prints a measurement in the format that was asked for, and writes the page, each also when the other fails. Throws
 * BENCH_OUTPUT and BENCH_STDOUT.
 */
export async function report(flags: BenchFlags, measurement: Measurement, held: Held): Promise<void> {
  const { baseline } = held;
  try {
    await printResult(await toText(flags, measurement, held));
    if (baseline && (baseline.cpu !== measurement.facts.cpu || baseline.cores !== measurement.facts.cores))
      process.stderr.write(
        `The baseline was measured on another machine: ${baseline.cores} cores, ${baseline.cpu}.\n`,
      );
  } finally {
    if (flags.html !== undefined) await writePage(flags.html, measurement, baseline);
  }
}

/** Refuses a page that could not be written in the end. Throws BENCH_OUTPUT. */
export async function checkOutput({ html }: BenchFlags): Promise<void> {
  if (html !== undefined) await checkWritable(html, refuseHtml(html));
}

async function writePage(path: string, measurement: Measurement, baseline?: Baseline): Promise<void> {
  const { printHtml } = await import('../../bench/report/html.js');
  await writeWhole(path, printHtml(measurement, baseline), refuseHtml(path));
}

function refuseHtml(path: string): Refusal {
  return (reason, cause) => serveError('BENCH_OUTPUT', { path, flag: '--html', reason }, { cause });
}

async function toText(flags: BenchFlags, measurement: Measurement, held: Held): Promise<string> {
  const { baseline, verdicts } = held;
  if (flags.json) return (await import('../../bench/report/json.js')).printJson(measurement, verdicts);
  if (flags.csv) return (await import('../../bench/report/csv.js')).printCsv(measurement);
  if (flags.markdown)
    return (await import('../../bench/report/markdown.js')).printMarkdown(measurement, baseline);
  return (await import('../../bench/report/table.js')).printTable(
    measurement,
    baseline,
    process.stdout.columns,
  );
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
