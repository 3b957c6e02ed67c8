import { Command } from '@oclif/core/command';
import type * as Interfaces from '@oclif/core/interfaces';
import type { Demand, Measurement, TargetChoice } from '../bench/bench.js';
import { BENCH_FLAGS } from './bench/flags.js';
import { printError } from './print-error.js';

type BenchFlags = Interfaces.InferredFlags<typeof BENCH_FLAGS>;

/** What a shell reports for a command that Ctrl-C ended. */
const INTERRUPTED = 130;
const DEFAULT_CONNECTIONS = 64;

/** `ts bench`: how much faster a model gets with more workers, and what it bears. */
export default class Bench extends Command {
  static override summary = 'Measure a model with a growing number of workers, or under load.';
  static override description =
    'Starts a server with the bundled digits model, or with --model, or asks the one at --url. For each number of ' +
    'workers it sends the requests one after another, then several at a time, and checks every answer. Wrong or missing ' +
    'answers have no figures, and the exit code says so.';
  static override examples = [
    '<%= config.bin %> bench --workers 4 -P 4',
    '<%= config.bin %> bench --model model.mar --input request.json --workers 1,2 -n 100 --repeats 3',
    '<%= config.bin %> bench --url http://127.0.0.1:8080 --model-name digits --duration 10 --connections 64',
    '<%= config.bin %> bench --json > result.json',
  ];
  static override flags = BENCH_FLAGS;

  override async run(): Promise<void> {
    const { flags } = await this.parse(Bench);
    const interruption = new AbortController();
    const interrupt = () => interruption.abort(new Error('interrupted'));
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
    try {
      process.exitCode = await measure(flags, interruption.signal);
    } catch (error) {
      process.exitCode = printError(error);
    } finally {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, interrupt);
    }
  }
}

async function measure(flags: BenchFlags, signal: AbortSignal): Promise<number> {
  const { bench } = await import('../bench/bench.js');
  const { showProgress } = await import('../bench/report/progress.js');
  const demand = await toDemand(flags);
  const progress = await showProgress(process.stderr);
  const measurement = await bench(demand, signal, progress).finally(() => progress.close());
  if (measurement && measurement.run.rounds.length > 0)
    process.stdout.write(await toReport(flags, measurement));
  if (measurement) await failOnErrors(measurement);
  if (!signal.aborted) return 0;
  process.stderr.write(
    measurement?.run.rounds.length ? 'Stopped early.\n' : 'Stopped before anything was measured.\n',
  );
  return INTERRUPTED;
}

async function toDemand(flags: BenchFlags): Promise<Demand> {
  const { parseAddress, parseTolerance, parseWorkers } = await import('../bench/plan.js');
  const basis = {
    workers: flags.workers === undefined ? undefined : parseWorkers(flags.workers),
    warmup: flags.warmup,
    repeats: flags.repeats,
    timeoutMs: flags.timeout * 1000,
    scaleTimeoutMs: flags['start-timeout'] * 1000,
  };
  const { duration, connections = DEFAULT_CONNECTIONS, requests, parallel } = flags;
  const target: TargetChoice =
    flags.url === undefined
      ? {
          kind: 'own',
          model: flags.model,
          threads: flags['threads-per-worker'] ?? 1,
          startTimeoutMs: flags['start-timeout'] * 1000,
        }
      : {
          kind: 'url',
          url: parseAddress('--url', flags.url),
          managementUrl: flags['management-url'] && parseAddress('--management-url', flags['management-url']),
          modelName: flags['model-name'],
        };
  return {
    plan:
      duration === undefined
        ? { mode: 'scaling', ...basis, workers: basis.workers ?? parseWorkers('4'), requests, parallel }
        : { mode: 'load', ...basis, durationSec: duration, connections },
    target,
    questions: {
      inputs: flags.input ?? [],
      expects: flags.expect ?? [],
      contentType: flags['content-type'],
      tolerance: parseTolerance(flags.tolerance),
    },
  };
}

async function toReport(flags: BenchFlags, measurement: Measurement): Promise<string> {
  if (flags.json) return (await import('../bench/report/json.js')).printJson(measurement);
  if (flags.markdown) return (await import('../bench/report/markdown.js')).printMarkdown(measurement);
  return (await import('../bench/report/table.js')).printTable(measurement);
}

/** A table with holes is shown, but it is no success. */
async function failOnErrors({ run }: Measurement): Promise<void> {
  const { serveError } = await import('../core/errors.js');
  const { toRows } = await import('../bench/rows.js');
  const rows = toRows(run);
  const failed = rows.reduce((sum, row) => sum + row.failed, 0);
  const asked = rows.reduce((sum, row) => sum + row.asked, 0);
  const fault = rows.find((row) => row.fault !== undefined)?.fault ?? 'none was answered in time';
  if (rows.some((row) => row.figures === undefined))
    throw serveError('BENCH_FAILED', { failed, asked, fault });
}
