import * as Flags from '@oclif/core/flags';

const TARGET = { helpGroup: 'TARGET' };
const LIMIT = { helpGroup: 'LIMIT' };
const LOAD_ONLY = ['duration', 'connections', 'rate', 'ramp'];

/** The flags of `ts bench`. */
export const BENCH_FLAGS = {
  workers: Flags.string({
    helpValue: '4|1,2,4',
    summary:
      'Numbers of workers; 4 means 1,2,4. [default: 4; under load, and where they are fixed, as they are]',
  }),
  requests: Flags.integer({
    char: 'n',
    min: 1,
    max: 100_000_000,
    summary: 'Requests of each part. [default: 10; under load as many as --duration lets through]',
  }),
  parallel: Flags.integer({
    char: 'P',
    min: 1,
    max: 4096,
    exclusive: LOAD_ONLY,
    summary: 'Requests at a time in the parallel part. [default: 4]',
  }),
  warmup: Flags.integer({
    default: 5,
    min: 0,
    max: 100_000,
    summary:
      'Requests per worker before it is measured; before the first line of a scaling run for a second at least.',
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
    exclusive: ['requests'],
    summary:
      'Put the model under load for so long, each stage of it, instead of the scaling experiment; -n counts requests in its place.',
  }),
  connections: Flags.string({
    helpValue: '64|1,8,64',
    summary: 'Requests at a time under load; of a list each is a stage. [default: 64]',
  }),
  rate: Flags.string({
    helpValue: 'N|N,N,...',
    summary: 'Requests per second, sent whether answers come or not; of a list each is a stage.',
  }),
  ramp: Flags.string({
    exclusive: ['rate'],
    helpValue: 'FROM:TO[:STEPS]',
    summary: 'Rates that grow in equal steps, each a stage. [default: 5 steps]',
  }),
  ceiling: Flags.boolean({
    default: true,
    allowNo: true,
    summary: 'Under load, measure what the generator alone can send, too.',
  }),
  input: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'FILE|DIR|-',
    summary:
      'A request body, the files of a folder, or stdin; several are sent in turn. [default: images of the bundled model]',
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
  json: Flags.boolean({ exclusive: ['markdown', 'csv'], summary: 'Print the result as JSON.' }),
  markdown: Flags.boolean({ exclusive: ['json', 'csv'], summary: 'Print the table as Markdown.' }),
  csv: Flags.boolean({ exclusive: ['json', 'markdown'], summary: 'Print the table as CSV.' }),
  html: Flags.string({ helpValue: 'FILE', summary: 'Write a page with the table and plots, too.' }),
  baseline: Flags.string({ helpValue: 'FILE', summary: 'Compare with an earlier result of --json.' }),
  assert: Flags.string({
    helpValue: '"p99<50ms,..."',
    summary: 'Fail unless the figures are so, such as p99<50ms,speedup@2>=1.7,throughput>=0.9*baseline.',
  }),
  compare: Flags.string({
    ...TARGET,
    exclusive: ['model', 'url', 'management-url'],
    helpValue: 'A,B,...',
    summary: 'Measure several targets in turn: archives, model folders, .onnx files and addresses.',
  }),
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
  'metrics-url': Flags.string({
    ...TARGET,
    dependsOn: ['url'],
    helpValue: 'http://HOST:PORT',
    summary: 'Its metrics address. [default: two ports after that of --url]',
  }),
  dialect: Flags.string({
    ...TARGET,
    options: ['torchserve', 'kserve-v2'],
    default: 'torchserve',
    summary: 'How a running server is asked.',
  }),
  'model-name': Flags.string({
    ...TARGET,
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
