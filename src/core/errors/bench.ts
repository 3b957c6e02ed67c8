import { COMMAND_LINE, errorRows } from './row.js';

/** What goes wrong in the `bench` room. */
export const benchErrors = errorRows({
  BENCH_WORKERS: {
    ...COMMAND_LINE,
    message: '--workers {value} is neither a number of workers nor a list such as 1,2,4.',
    hint: 'Give whole numbers from 1 to {max}; a single number such as 4 means 1,2,4.',
    exitCode: 2,
  },
  BENCH_URL: {
    ...COMMAND_LINE,
    message: '{flag} {value} is not the address of a server.',
    hint: 'Write it as http://127.0.0.1:8080; https is not part of this version.',
    exitCode: 2,
  },
  BENCH_TOLERANCE: {
    ...COMMAND_LINE,
    message: '--tolerance {value} is not a number of at least 0.',
    hint: 'Write it as 0.001 or 1e-3.',
    exitCode: 2,
  },
  BENCH_NUMBERS: {
    ...COMMAND_LINE,
    message: '{flag} {value} is neither a number nor a list of numbers.',
    hint: 'Give whole numbers from 1 to {max}, such as 100 or 100,200,400.',
    exitCode: 2,
  },
  BENCH_RAMP: {
    ...COMMAND_LINE,
    message: '--ramp {value} is not FROM:TO or FROM:TO:STEPS.',
    hint: 'Write rates of 1 to {maxRate} requests per second and 2 to {maxSteps} steps, such as 100:500:5.',
    exitCode: 2,
  },
  BENCH_LOAD_LENGTH: {
    ...COMMAND_LINE,
    message: '{flag} puts the model under load, but it is not said for how long.',
    hint: 'Add --duration SECONDS or --requests NUMBER.',
    exitCode: 2,
  },
  BENCH_COMPARE: {
    ...COMMAND_LINE,
    message: '--compare {value} does not name two or more different targets.',
    hint: 'Separate archives, model folders, .onnx files and addresses with commas: a.mar,b.mar,http://127.0.0.1:8080.',
    exitCode: 2,
  },
  BENCH_MODEL_NAME: {
    ...COMMAND_LINE,
    message: 'Which model of {url} shall be measured? The {dialect} dialect cannot list them.',
    hint: 'Name it with --model-name, or give the management address of the server with --management-url.',
    exitCode: 2,
  },
  BENCH_UNSCALABLE: {
    ...COMMAND_LINE,
    message: 'The workers of {url} cannot be changed: it has no management address.',
    hint: 'Leave --workers out to measure it as it is, or give --management-url.',
    exitCode: 2,
  },
  BENCH_NO_INPUTS: {
    ...COMMAND_LINE,
    message: 'There is no file to send in {path} (--input).',
    hint: 'A folder must hold at least one file; folders in it are not searched.',
  },
  BENCH_BASELINE: {
    ...COMMAND_LINE,
    message: '{path} (--baseline) cannot be compared with: {reason}.',
    hint: 'Make it with "ts bench --json" and the same kind of measurement.',
  },
  BENCH_ASSERT_SYNTAX: {
    ...COMMAND_LINE,
    message: '--assert is not understood at character {position} of "{text}": {problem}.',
    hint: 'Write FIGURE[@WORKERS] OPERATOR VALUE, separated by commas, such as p99<50ms,speedup@2>=1.7.',
    exitCode: 2,
  },
  BENCH_ASSERT: {
    ...COMMAND_LINE,
    message: 'Not as asserted: {failures}.',
    hint: 'The figures are those of the table; a line with failed requests has none and holds no assertion.',
  },
  BENCH_OUTPUT: {
    ...COMMAND_LINE,
    message: '{path} ({flag}) cannot be written: {reason}.',
    hint: 'Name a file in a folder that exists and that this user may write to.',
  },
  BENCH_STDOUT: {
    ...COMMAND_LINE,
    message: 'The result could not be written to stdout: {reason}.',
    hint: 'It stands above, on stderr. Make room, or send it to another disk.',
  },
  BENCH_INPUT_REQUIRED: {
    ...COMMAND_LINE,
    message: 'What shall model {model} be asked?',
    hint: 'Name a request with --input FILE: an image, a JSON or a text file, as the model takes it.',
    exitCode: 2,
  },
  BENCH_EXPECT_COUNT: {
    ...COMMAND_LINE,
    message: '{expected} expected answers for {inputs} inputs.',
    hint: 'Give --expect once for each --input, in the same order, or leave it out to compare with the first answer.',
    exitCode: 2,
  },
  BENCH_FILE: {
    ...COMMAND_LINE,
    message: '{path} ({flag}) cannot be read: {reason}.',
    hint: 'It must be a file of at most {limitMiB} MiB this user may read.',
  },
  BENCH_MODEL_MISSING: {
    ...COMMAND_LINE,
    message: 'There is no model {path}.',
    hint: 'Name an archive, a model folder or an .onnx file; without --model and --compare the bundled digits model is measured.',
  },
  BENCH_SERVER_FAILED: {
    ...COMMAND_LINE,
    message: 'The server to be measured did not start: {reason}',
    hint: 'Try "ts serve {path}" by itself; --start-timeout gives a large model more time.',
  },
  BENCH_TARGET_DOWN: {
    ...COMMAND_LINE,
    message: '{url} cannot be reached: {reason}.',
    hint: 'Start the server, or correct {flag}.',
  },
  BENCH_MODEL_UNKNOWN: {
    ...COMMAND_LINE,
    message: '{url} serves no model called "{model}". It serves: {known}.',
    hint: 'Choose one with --model-name.',
  },
  BENCH_MODEL_CHOICE: {
    ...COMMAND_LINE,
    message: '{url} does not serve exactly one model. It serves: {known}.',
    hint: 'Choose one with --model-name.',
  },
  BENCH_SCALE: {
    ...COMMAND_LINE,
    message: 'Model {model} could not be scaled to {workers} workers: {reason}.',
    hint: 'Measure fewer workers, or look into the log of the server.',
  },
  BENCH_FIRST_ANSWER: {
    ...COMMAND_LINE,
    message: '{question} was not answered as it should be: {fault}.',
    hint: 'Check --input, --content-type and --expect; nothing was measured.',
  },
  BENCH_FAILED: {
    ...COMMAND_LINE,
    message: '{failed} of {asked} requests failed, the first one because {fault}.',
    hint: 'A line with failed requests has no figures. Ask the model for itself first, or lower the load.',
  },
  BENCH_LOAD_PROCESS: {
    ...COMMAND_LINE,
    message: 'The process that makes the load ended early: {reason}.',
    hint: 'In a checkout, run "npm run build"; otherwise try fewer --connections.',
  },
});
