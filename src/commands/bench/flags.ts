import * as Flags from '@oclif/core/flags';

const TARGET = { helpGroup: 'TARGET' };
const LIMIT = { helpGroup: 'LIMIT' };
const SCALING_ONLY = ['requests', 'parallel'];

/** The flags of `ts bench`. */
export const BENCH_FLAGS = {
  workers: Flags.string({
    helpValue: '4|1,2,4',
    summary: 'Numbers of workers; 4 means 1,2,4. [default: 4; with --duration as they are]',
  }),
  requests: Flags.integer({
    char: 'n',
    default: 10,
    min: 1,
    max: 1_000_000,
    summary: 'Requests of each part.',
  }),
  parallel: Flags.integer({
    char: 'P',
    default: 4,
    min: 1,
    max: 4096,
    summary: 'Requests at a time in the parallel part.',
  }),
  warmup: Flags.integer({
    default: 5,
    min: 0,
    max: 100_000,
    summary: 'Requests per worker before anything is measured.',
  }),
  repeats: Flags.integer({
    default: 1,
    min: 1,
    max: 1000,
    summary: 'How often the whole table is measured; medians are shown.',
  }),
  duration: Flags.integer({
    min: 1,
    max: 86_400,
    helpValue: 'SECONDS',
    exclusive: SCALING_ONLY,
    summary: 'Put the model under load for so long instead.',
  }),
  connections: Flags.integer({
    min: 1,
    max: 4096,
    dependsOn: ['duration'],
    summary: 'Requests at a time under load. [default: 64]',
  }),
  input: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'FILE',
    summary: 'A request body; repeated, they are sent in turn. [default: images of the bundled model]',
  }),
  expect: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    dependsOn: ['input'],
    helpValue: 'FILE',
    summary: 'The right answer to --input. [default: the first answer]',
  }),
  tolerance: Flags.string({
    default: '1e-4',
    helpValue: 'NUMBER',
    summary: 'How far numbers in an answer may be off, relative to those above 1.',
  }),
  'content-type': Flags.string({
    dependsOn: ['input'],
    summary: 'Content type of every input. [default: by the ending of the file]',
  }),
  json: Flags.boolean({ exclusive: ['markdown'], summary: 'Print the result as JSON.' }),
  markdown: Flags.boolean({ summary: 'Print the table as Markdown.' }),
  model: Flags.string({
    ...TARGET,
    exclusive: ['url'],
    helpValue: 'FILE',
    summary:
      'Archive, model folder or .onnx file to start a server with. [default: the bundled digits model]',
  }),
  'threads-per-worker': Flags.integer({
    ...TARGET,
    min: 1,
    max: 1024,
    exclusive: ['url'],
    summary: 'Threads a worker of the started server computes with. [default: 1]',
  }),
  url: Flags.string({
    ...TARGET,
    helpValue: 'http://HOST:PORT',
    summary: 'Inference address of a running server, TorchServe included.',
  }),
  'management-url': Flags.string({
    ...TARGET,
    dependsOn: ['url'],
    helpValue: 'http://HOST:PORT',
    summary: 'Its management address. [default: the port after that of --url]',
  }),
  'model-name': Flags.string({
    ...TARGET,
    dependsOn: ['url'],
    summary: 'Model of the running server. [default: the only one]',
  }),
  timeout: Flags.integer({
    ...LIMIT,
    default: 60,
    min: 1,
    max: 86_400,
    helpValue: 'SECONDS',
    summary: 'Longest wait for one answer.',
  }),
  'start-timeout': Flags.integer({
    ...LIMIT,
    default: 120,
    min: 1,
    max: 86_400,
    helpValue: 'SECONDS',
    summary: 'Longest wait for a server to start, or for workers to be ready.',
  }),
};
