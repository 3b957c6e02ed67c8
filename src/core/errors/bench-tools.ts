import { COMMAND_LINE, errorRows } from './row.js';

/** What goes wrong in `ts bench tune` and `ts bench replay`. */
export const benchToolErrors = errorRows({
  TUNE_SLO: {
    ...COMMAND_LINE,
    message: '--slo {value} is not a limit for latencies.',
    hint: 'Write it as p99=50ms, or several as p50=10ms,p99.9=0.2s; known are {figures}.',
    exitCode: 2,
  },
  TUNE_VALUES: {
    ...COMMAND_LINE,
    message: '{flag} {value} is not a list of whole numbers such as 1,2,4.',
    hint: 'Give one to 32 different numbers from 1 to {max}.',
    exitCode: 2,
  },
  TUNE_TOO_MANY: {
    ...COMMAND_LINE,
    message: 'There are {count} combinations to choose from, more than {max}.',
    hint: 'Give shorter lists with --workers, --threads, --batch-sizes and --batch-delays.',
    exitCode: 2,
  },
  TUNE_OUTPUT_EXISTS: {
    ...COMMAND_LINE,
    message: '{path} exists already.',
    hint: 'Name another file with --output, or overwrite it with --force.',
  },
  TUNE_OUTPUT: {
    ...COMMAND_LINE,
    message: '{path} cannot be written: {reason}.',
    hint: 'Name another file with --output, in a folder that exists and that this user may write to.',
  },
  TUNE_CONFIG: {
    ...COMMAND_LINE,
    message: 'The model-config.yaml of {path} cannot be read: {reason}.',
    hint: 'Correct it first; "ts archive inspect" shows what is wrong with it.',
  },
  TUNE_UNMET: {
    ...COMMAND_LINE,
    message: 'Nothing that was tried ({tried}) keeps {slo}. The closest, {closest}, has {figures}.',
    hint: 'Allow more time with --slo, or try other settings or a faster model. No file was written.',
  },
  TUNE_FAILED: {
    ...COMMAND_LINE,
    message: 'Requests failed with all that was tried ({tried}), at first because {fault}.',
    hint: 'Serve the model by itself and ask it first. No file was written.',
  },
  REPLAY_FILE: {
    ...COMMAND_LINE,
    message: '{path} cannot be read: {reason}.',
    hint: 'Name a file that a server wrote with --record-requests (record_requests).',
  },
  REPLAY_LINES: {
    ...COMMAND_LINE,
    message: '{path} has {count}: {lines}. Nothing was sent.',
    hint: 'Correct or remove them, or leave them out with --skip-broken.',
  },
  REPLAY_EMPTY: {
    ...COMMAND_LINE,
    message: '{path} holds no request that can be sent: {reason}.',
    hint: 'Name a file that a server wrote with --record-requests; bodies longer than record_body_max_bytes are not recorded.',
  },
  REPLAY_PACE: {
    ...COMMAND_LINE,
    message: '--pace {value} is not a pace.',
    hint: 'Write 2x for twice as fast as recorded, 0.5x for half as fast.',
    exitCode: 2,
  },
  REPLAY_HEADER: {
    ...COMMAND_LINE,
    message: '--header {value} is not a header.',
    hint: 'Write it as "name: value".',
    exitCode: 2,
  },
  REPLAY_FAILED: {
    ...COMMAND_LINE,
    message: 'None of the {sent} requests to {url} succeeded; the first one: {fault}.',
    hint: 'See whether the server runs and has the model; secrets are not recorded, give them with --header.',
  },
  REPLAY_GONE: {
    ...COMMAND_LINE,
    message: '{url} stopped answering: {count} requests in a row had no answer, so the rest was not sent.',
    hint: 'See whether the server still runs, and its log.',
  },
  REPLAY_DIFFERS: {
    ...COMMAND_LINE,
    message: '{different} of {compared} answers differ, the first one of line {line}: {fault}.',
    hint: 'Numbers in JSON may differ by --tolerance; the report lists what differs.',
  },
});
