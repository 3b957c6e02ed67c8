import type { Measurement } from '../bench/bench.js';
import type { BenchFlags } from './bench/demand.js';
import { BENCH_FLAGS } from './bench/flags.js';
import { runInterruptible } from './bench/interruptible.js';
import type { Held } from './bench/outcome.js';
import { TsCommand } from './ts-command.js';

/** What a shell reports for a command that Ctrl-C ended. */
const INTERRUPTED = 130;

/** `ts bench`: how much faster a model gets with more workers, and what it bears. */
export default class Bench extends TsCommand {
  static override summary =
    'Measure a model with more and more workers or under load; tune it; replay requests.';
  static override description =
    'Starts a server with the bundled digits model, or with --model, or asks the one at --url. For each number of ' +
    'workers it sends the requests one after another, then several at a time, and checks every answer. Wrong or missing ' +
    'answers have no figures, and the exit code says so.';
  static override examples = [
    '<%= config.bin %> bench --workers 4 -P 4',
    '<%= config.bin %> bench --model model.mar --input request.json --workers 1,2 -n 100 --repeats 3',
    '<%= config.bin %> bench --url http://127.0.0.1:8080 --model-name digits --duration 10 --connections 64',
    '<%= config.bin %> bench --duration 10 --ramp 100:500 --html report.html',
    '<%= config.bin %> bench --compare eager.mar,script.mar,model.onnx --input request.json --workers 1',
    '<%= config.bin %> bench --json > result.json',
    '<%= config.bin %> bench --baseline result.json --assert "p99<50ms,speedup@2>=1.7,throughput>=0.9*baseline"',
  ];
  static override flags = BENCH_FLAGS;

  override async run(): Promise<void> {
    const { flags } = await this.parse(Bench);
    await runInterruptible((signal) => measure(flags, signal));
  }
}

async function measure(flags: BenchFlags, signal: AbortSignal): Promise<number> {
  const { bench } = await import('../bench/bench.js');
  const { showProgress } = await import('../bench/report/progress.js');
  const { toDemand } = await import('./bench/demand.js');
  const { checkOutput, failUnlessSound, report } = await import('./bench/outcome.js');
  const demand = toDemand(flags);
  // A wrong assertion or a missing baseline is better told before an hour of measuring.
  const hold = await prepareHolding(flags);
  await checkOutput(flags);
  const progress = await showProgress(process.stderr);
  const measurement = await bench(demand, signal, progress).finally(() => progress.close());
  const measured = measurement?.run.rounds.length ? measurement : undefined;
  const held = measured && hold(measured);
  if (measured && held) {
    await report(flags, measured, held);
    if (measured.run.failure) throw measured.run.failure;
    failUnlessSound(measured, held);
  }
  if (!signal.aborted) return 0;
  process.stderr.write(measured ? 'Stopped early.\n' : 'Stopped before anything was measured.\n');
  return INTERRUPTED;
}

async function prepareHolding(flags: BenchFlags): Promise<(measurement: Measurement) => Held> {
  const { parseAssertions } = await import('../bench/judge/parse-assertions.js');
  const { readBaseline } = await import('../bench/judge/baseline.js');
  const { judge } = await import('../bench/judge/judge.js');
  const { toRows } = await import('../bench/rows.js');
  const assertions = flags.assert === undefined ? [] : parseAssertions(flags.assert);
  const baseline = flags.baseline === undefined ? undefined : await readBaseline(flags.baseline);
  return ({ run }) => ({ baseline, verdicts: judge(assertions, toRows(run), baseline) });
}
