import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import type * as Interfaces from '@oclif/core/interfaces';
import type { TuneDemand } from '../../bench/tune/tune.js';
import { TsCommand } from '../ts-command.js';
import { runInterruptible } from './interruptible.js';
import { printResult } from './print-result.js';

/** What a shell reports for a command that Ctrl-C ended. */
const INTERRUPTED = 130;

const TUNE_FLAGS = {
  slo: Flags.string({
    required: true,
    helpValue: 'p99=50ms',
    summary: 'Latencies to keep; several with commas between.',
  }),
  workers: Flags.string({ helpValue: '1,2,4', summary: 'Numbers of workers. [default: by the cores]' }),
  threads: Flags.string({ helpValue: '1,2', summary: 'Threads of each worker. [default: by the cores]' }),
  'batch-sizes': Flags.string({ helpValue: '1,4,16', summary: 'Batch sizes. [default: 1,2,4,8,16,32]' }),
  'batch-delays': Flags.string({
    helpValue: '1,5,20',
    summary: 'Batch delays, ms. [default: 1,2,5,10,20,50]',
  }),
  connections: Flags.string({
    default: '4,16,64',
    summary: 'Requests at a time, tried in this order while more brings more.',
  }),
  runs: Flags.integer({
    min: 1,
    max: 20_000,
    summary: 'Runs at most. [default: 15 % of all combinations, from 6 to 60]',
  }),
  duration: Flags.integer({
    default: 2,
    min: 1,
    max: 3600,
    helpValue: 'SECONDS',
    summary: 'Time of each load.',
  }),
  input: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'FILE',
    summary: 'A request body; repeated, they are sent in turn. [default: images of the bundled model]',
  }),
  'content-type': Flags.string({ dependsOn: ['input'], summary: 'Content type of every input.' }),
  tolerance: Flags.string({
    default: '1e-4',
    helpValue: 'NUMBER',
    summary: 'How far numbers in an answer may be off.',
  }),
  output: Flags.string({
    char: 'o',
    default: 'model-config.yaml',
    helpValue: 'FILE',
    summary: 'Where the recommended settings are written.',
  }),
  force: Flags.boolean({ char: 'f', summary: 'Overwrite that file.' }),
  json: Flags.boolean({ summary: 'Print the result as JSON.' }),
  timeout: Flags.integer({
    default: 60,
    min: 1,
    max: 86_400,
    helpValue: 'SECONDS',
    summary: 'Longest wait for one answer.',
  }),
  'start-timeout': Flags.integer({
    default: 120,
    min: 1,
    max: 86_400,
    helpValue: 'SECONDS',
    summary: 'Longest wait for a server to start.',
  }),
};

type TuneFlags = Interfaces.InferredFlags<typeof TUNE_FLAGS>;

/** `ts bench tune`: the settings under which a model answers most while its latencies keep a limit. */
export default class Tune extends TsCommand {
  static override summary = 'Find the workers, threads, batch size and batch delay that suit a model.';
  static override description =
    'Serves the model with some of all combinations, each time on a server of its own, chosen by what the runs before ' +
    'showed, and writes the model-config.yaml of the best one: the most requests per second within the limits.';
  static override examples = [
    '<%= config.bin %> bench tune --slo p99=50ms',
    '<%= config.bin %> bench tune model.mar --slo p99=50ms --input request.json --output model-config.yaml',
  ];
  static override args = {
    model: Args.string({
      description: 'Archive, model folder or .onnx file. [default: the bundled digits model]',
    }),
  };
  static override flags = TUNE_FLAGS;

  override async run(): Promise<void> {
    const { flags, args } = await this.parse(Tune);
    await runInterruptible((signal) => tuneModel(args.model, flags, signal));
  }
}

async function tuneModel(model: string | undefined, flags: TuneFlags, signal: AbortSignal): Promise<number> {
  const { tune, whyUnmet } = await import('../../bench/tune/tune.js');
  const { printTuning, tuningJson } = await import('../../bench/tune/report.js');
  const { showProgress } = await import('../../bench/report/progress.js');
  const demand = await toDemand(model, flags);
  const progress = await showProgress(process.stderr);
  const tuning = await tune(demand, signal, progress).finally(() => progress.close());
  if (tuning.attempts.length > 0) await printResult(flags.json ? tuningJson(tuning) : printTuning(tuning));
  if (tuning.unwritten) throw tuning.unwritten;
  const unmet = whyUnmet(tuning);
  if (unmet) throw unmet;
  if (!signal.aborted) return 0;
  process.stderr.write(tuning.recommended ? 'Stopped early.\n' : 'Stopped before anything was measured.\n');
  return INTERRUPTED;
}

const MAX_WORKERS = 256;
const MAX_THREADS = 1024;
const MAX_BATCH = 4096;
const MAX_DELAY_MS = 60_000;
const MAX_CONNECTIONS = 4096;

async function toDemand(model: string | undefined, flags: TuneFlags): Promise<TuneDemand> {
  const { usableCores } = await import('../../core/usable-cores.js');
  const { parseTolerance } = await import('../../bench/plan.js');
  const { usualRanges } = await import('../../bench/tune/candidates.js');
  const { parseValues } = await import('../../bench/tune/values.js');
  const { parseSlo } = await import('../../bench/tune/slo.js');
  const usual = usualRanges(usableCores());
  const values = (flag: keyof TuneFlags & string, usually: readonly number[], max: number) => {
    const given = flags[flag];
    return typeof given === 'string' ? parseValues(`--${flag}`, given, max) : usually;
  };
  return {
    model,
    slos: parseSlo(flags.slo),
    ranges: {
      workers: values('workers', usual.workers, MAX_WORKERS),
      threads: values('threads', usual.threads, MAX_THREADS),
      batchSize: values('batch-sizes', usual.batchSize, MAX_BATCH),
      batchDelayMs: values('batch-delays', usual.batchDelayMs, MAX_DELAY_MS),
    },
    runs: flags.runs,
    connections: parseValues('--connections', flags.connections, MAX_CONNECTIONS),
    durationSec: flags.duration,
    timeoutMs: flags.timeout * 1000,
    startTimeoutMs: flags['start-timeout'] * 1000,
    output: flags.output,
    force: flags.force ?? false,
    questions: {
      inputs: flags.input ?? [],
      expects: [],
      contentType: flags['content-type'],
      tolerance: parseTolerance(flags.tolerance),
    },
  };
}
