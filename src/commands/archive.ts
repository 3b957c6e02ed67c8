import * as Flags from '@oclif/core/flags';
import { RUNTIMES } from '../archive/handlers.js';
import { ARCHIVE_FORMATS } from '../archive/plan.js';
import { buildModelArchive, sourceDateEpoch } from './archive/build.js';
import { printError } from './print-error.js';
import { TsCommand } from './ts-command.js';

/** `ts archive`: a model's files become one archive. */
export default class Archive extends TsCommand {
  static override summary = 'Pack a model into an archive that can be served; look into one.';

  static override description =
    'The flags are those of torch-model-archiver. Without --handler or --version the rest is found by name in the ' +
    'folder the command runs in: handler.* or *_handler.*, model-config.yaml, requirements.txt, one .onnx, .pt, .pth ' +
    'or .safetensors file, tokenizer files, a Hugging Face snapshot; what was found, and why, is printed. A command ' +
    'line with both means exactly what it says. A plain .onnx file needs no handler code.';

  static override examples = [
    {
      description: 'Inside a model folder, everything found by name:',
      command: '<%= config.bin %> <%= command.id %> --model-name digits',
    },
    {
      description: 'An .onnx file alone, to another folder:',
      command:
        '<%= config.bin %> <%= command.id %> --model-name wine --serialized-file wine.onnx --export-path store',
    },
    {
      description: 'A TypeScript handler with a folder of assets:',
      command:
        '<%= config.bin %> <%= command.id %> --model-name echo --handler handler.ts --extra-files assets -v 2.0',
    },
    {
      description: 'A model of the hub, with the handler in this folder:',
      command: '<%= config.bin %> <%= command.id %> --model-name bloom --from bigscience/bloom-560m',
    },
    {
      description: 'As with torch-model-archiver:',
      command:
        '<%= config.bin %> <%= command.id %> --model-name net --version 1.0 --model-file net.py --serialized-file net.pt --handler image_classifier --extra-files index_to_name.json',
    },
  ];

  static override flags = {
    'model-name': Flags.string({
      required: true,
      helpValue: 'NAME',
      description: 'Name of the model and of the archive. Letters, digits, "_", "-", ".".',
    }),
    version: Flags.string({
      char: 'v',
      helpValue: 'TEXT',
      description: 'Version of the model; 1.0 unless given.',
    }),
    handler: Flags.string({
      helpValue: 'FILE|NAME',
      description:
        'Handler code (.py, .js, .mjs, .ts; "file.ts:name" for one export) or the name of a built-in handler.',
    }),
    runtime: Flags.option({
      options: RUNTIMES,
      description: 'What runs the handler; node for .js, .mjs and .ts handlers, else python.',
    })(),
    'serialized-file': Flags.string({
      helpValue: 'FILE',
      description: 'Weights: .onnx, .pt, .pth, .safetensors, …',
    }),
    'model-file': Flags.string({
      helpValue: 'FILE',
      description: 'Python file with the model class (eager mode).',
    }),
    from: Flags.string({
      helpValue: 'ORG/NAME',
      description:
        'Take the files of this Hugging Face repository, from the cache or the hub (see ts download).',
    }),
    revision: Flags.string({
      dependsOn: ['from'],
      helpValue: 'NAME',
      description: 'With --from: branch, tag or commit; main unless given.',
    }),
    include: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      dependsOn: ['from'],
      helpValue: 'LIST',
      description: 'With --from: patterns of the files to take, separated by commas.',
    }),
    exclude: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      dependsOn: ['from'],
      helpValue: 'LIST',
      description: 'With --from: patterns of the files to leave out.',
    }),
    'extra-files': Flags.string({
      multiple: true,
      helpValue: 'LIST',
      description: 'Files, folders (their contents) and wildcards, separated by commas; may be repeated.',
    }),
    'requirements-file': Flags.string({
      char: 'r',
      helpValue: 'FILE',
      description: 'requirements.txt with the Python packages of the model.',
    }),
    'config-file': Flags.string({
      char: 'c',
      helpValue: 'FILE',
      description: 'model-config.yaml; it is checked.',
    }),
    'export-path': Flags.string({
      default: '.',
      helpValue: 'FOLDER',
      description: 'Folder the archive is written to.',
    }),
    'archive-format': Flags.option({
      options: ARCHIVE_FORMATS,
      default: 'default' as const,
      description:
        'default: .mar, weights stored and texts deflated; zip-store: .mar, nothing deflated; tgz: .tar.gz; no-archive: a folder.',
    })(),
    force: Flags.boolean({ char: 'f', description: 'Replace an archive that is there already.' }),
    quiet: Flags.boolean({ description: 'Print nothing but warnings and errors.' }),
    json: Flags.boolean({ description: 'Print the result as one JSON object.' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Archive);
    try {
      const args = {
        modelName: flags['model-name'],
        version: flags.version,
        handler: flags.handler,
        runtime: flags.runtime,
        serializedFile: flags['serialized-file'],
        modelFile: flags['model-file'],
        extraFiles: flags['extra-files'] ?? [],
        requirementsFile: flags['requirements-file'],
        configFile: flags['config-file'],
        exportPath: flags['export-path'],
        format: flags['archive-format'],
        force: flags.force,
        folder: process.cwd(),
        createdSec: sourceDateEpoch(process.env, 'ts archive'),
      };
      const { from, revision, include, exclude } = flags;
      const source = from === undefined ? undefined : { from, revision, include, exclude };
      await buildModelArchive(args, { quiet: flags.quiet, json: flags.json }, source);
    } catch (error) {
      process.exitCode = printError(error);
    }
  }
}
