import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import type * as Interfaces from '@oclif/core/interfaces';
import type { Pace } from '../../bench/replay/pace.js';
import type { ReplayDemand } from '../../bench/replay/replay.js';
import { TsCommand } from '../ts-command.js';
import { runInterruptible } from './interruptible.js';
import { printResult } from './print-result.js';

/** What a shell reports for a command that Ctrl-C ended. */
const INTERRUPTED = 130;

const REPLAY_FLAGS = {
  to: Flags.string({
    required: true,
    helpValue: 'http://HOST:PORT',
    summary: 'Inference address of the server the requests are sent to.',
  }),
  diff: Flags.string({
    helpValue: 'http://HOST:PORT',
    summary: 'Send them to this server as well, and compare the answers.',
  }),
  pace: Flags.string({
    helpValue: '2x',
    exclusive: ['rate', 'as-fast-as-possible'],
    summary: 'So many times as fast as recorded. [default: 1x]',
  }),
  rate: Flags.integer({
    min: 1,
    max: 1_000_000,
    exclusive: ['as-fast-as-possible'],
    summary: 'Requests per second, whatever was recorded.',
  }),
  'as-fast-as-possible': Flags.boolean({ summary: 'Send each as soon as a connection is free.' }),
  connections: Flags.integer({ default: 64, min: 1, max: 4096, summary: 'Requests at a time, at most.' }),
  tolerance: Flags.string({
    default: '1e-5',
    helpValue: 'NUMBER',
    summary: 'How far numbers in two JSON answers may lie apart, relative to those above 1.',
  }),
  header: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'NAME: VALUE',
    summary: 'Send this header with every request; secrets are not recorded.',
  }),
  'skip-broken': Flags.boolean({ summary: 'Pass over lines that are no recorded requests.' }),
  timeout: Flags.integer({
    default: 60,
    min: 1,
    max: 86_400,
    helpValue: 'SECONDS',
    summary: 'Longest wait for one answer.',
  }),
  json: Flags.boolean({ summary: 'Print the result as JSON.' }),
};

type ReplayFlags = Interfaces.InferredFlags<typeof REPLAY_FLAGS>;

/** `ts bench replay`: recorded requests once more, and whether two servers answer them alike. */
export default class Replay extends TsCommand {
  static override summary = 'Send recorded requests again, and compare the answers of two servers.';
  static override description =
    'FILE is what a server wrote with --record-requests. The exit code is not 0 when answers differ, or when no request ' +
    'succeeds.';
  static override examples = [
    '<%= config.bin %> bench replay requests.jsonl --to http://127.0.0.1:8080 --pace 2x',
    '<%= config.bin %> bench replay requests.jsonl --to http://127.0.0.1:8080 --diff http://127.0.0.1:9080 --json',
  ];
  static override args = {
    file: Args.string({ required: true, description: 'File of recorded requests.' }),
  };
  static override flags = REPLAY_FLAGS;

  override async run(): Promise<void> {
    const { flags, args } = await this.parse(Replay);
    await runInterruptible((signal) => replayFile(args.file, flags, signal));
  }
}

async function replayFile(file: string, flags: ReplayFlags, signal: AbortSignal): Promise<number> {
  const { replay, whyFailed } = await import('../../bench/replay/replay.js');
  const { printReplay, replayJson } = await import('../../bench/replay/report.js');
  const { showProgress } = await import('../../bench/report/progress.js');
  const demand = await toDemand(file, flags);
  const progress = await showProgress(process.stderr);
  const result = await replay(demand, signal, progress).finally(() => progress.close());
  await printResult(flags.json ? replayJson(result) : printReplay(result));
  const failure = whyFailed(result);
  if (failure) throw failure;
  if (!signal.aborted) return 0;
  process.stderr.write('Stopped early.\n');
  return INTERRUPTED;
}

async function toDemand(file: string, flags: ReplayFlags): Promise<ReplayDemand> {
  const { parseAddress, parseTolerance } = await import('../../bench/plan.js');
  const { parseHeaders } = await import('../../bench/replay/headers.js');
  return {
    file,
    to: parseAddress('--to', flags.to),
    diff: flags.diff === undefined ? undefined : parseAddress('--diff', flags.diff),
    pace: await toPace(flags),
    connections: flags.connections,
    timeoutMs: flags.timeout * 1000,
    tolerance: parseTolerance(flags.tolerance),
    headers: parseHeaders(flags.header ?? []),
    skipBroken: flags['skip-broken'] ?? false,
  };
}

async function toPace(flags: ReplayFlags): Promise<Pace> {
  const { parsePace } = await import('../../bench/replay/pace.js');
  if (flags.rate !== undefined) return { kind: 'rate', requestsPerSecond: flags.rate };
  return flags['as-fast-as-possible'] ? { kind: 'fast' } : parsePace(flags.pace ?? '1x');
}
