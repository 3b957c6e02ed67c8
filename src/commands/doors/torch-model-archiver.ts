import { RUNTIMES } from '../../archive/handlers.js';
import { ARCHIVE_FORMATS } from '../../archive/plan.js';
import { buildModelArchive, sourceDateEpoch } from '../archive/build.js';
import type { Option } from './argparse.js';
import { type Door, lastValue } from './door.js';

const OPTIONS: readonly Option[] = [
  { name: '--model-name', value: 'MODEL_NAME', required: true, help: 'name of the model and of the archive' },
  { name: '--serialized-file', value: 'SERIALIZED_FILE', help: 'weights: .pt, .pth, .onnx, …' },
  { name: '--model-file', value: 'MODEL_FILE', help: 'Python file with the model class (eager mode)' },
  {
    name: '--handler',
    value: 'HANDLER',
    required: true,
    help: 'name of a built-in handler, or handler code',
  },
  {
    name: '--extra-files',
    value: 'EXTRA_FILES',
    list: true,
    help: 'files, folders and wildcards, separated by commas',
  },
  {
    name: '--runtime',
    value: 'RUNTIME',
    choices: RUNTIMES,
    help: 'what runs the handler; python, or node for .js, .mjs and .ts handlers',
  },
  {
    name: '--export-path',
    value: 'EXPORT_PATH',
    help: 'folder the archive is written to; this one by default',
  },
  { name: '--archive-format', value: 'FORMAT', choices: ARCHIVE_FORMATS, help: 'default writes a .mar' },
  { name: '--force', short: '-f', help: 'replace an archive that is there already' },
  { name: '--version', short: '-v', value: 'VERSION', required: true, help: 'version of the model' },
  {
    name: '--requirements-file',
    short: '-r',
    value: 'REQUIREMENTS_FILE',
    help: 'Python packages of the model',
  },
  { name: '--config-file', short: '-c', value: 'CONFIG_FILE', help: 'model-config.yaml; it is checked' },
];

/** `torch-model-archiver`: TorchServe's command line, where version and handler must be given and nothing is looked for. */
export const torchModelArchiver: Door = {
  program: 'torch-model-archiver',
  about: 'Packs a model into an archive. "ts archive" does the same and finds by itself what is not given.',
  options: OPTIONS,
  async run(given) {
    const args = {
      modelName: lastValue(given, '--model-name') ?? '',
      version: lastValue(given, '--version'),
      handler: lastValue(given, '--handler'),
      runtime: RUNTIMES.find((name) => name === lastValue(given, '--runtime')),
      serializedFile: lastValue(given, '--serialized-file'),
      modelFile: lastValue(given, '--model-file'),
      extraFiles: given.get('--extra-files') ?? [],
      requirementsFile: lastValue(given, '--requirements-file'),
      configFile: lastValue(given, '--config-file'),
      exportPath: lastValue(given, '--export-path') ?? '.',
      format: ARCHIVE_FORMATS.find((name) => name === lastValue(given, '--archive-format')) ?? 'default',
      force: given.has('--force'),
      folder: process.cwd(),
      createdSec: sourceDateEpoch(process.env, 'torch-model-archiver'),
    };
    // The original says nothing when all is well, and scripts may rely on it; a person at a terminal sees the bar.
    await buildModelArchive(args, { quiet: !process.stderr.isTTY, json: false });
  },
};
