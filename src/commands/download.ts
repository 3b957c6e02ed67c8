import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { printError } from './print-error.js';

/** `ts download`: a snapshot of a model or data set from the Hugging Face hub. */
export default class Download extends Command {
  static override summary = 'Download a model or a data set from the Hugging Face hub.';

  static override description =
    'Files come in parallel, are verified while they arrive, and go on where an earlier run stopped, however it ended. ' +
    'They land in the cache that all Hugging Face tools share. The path of the snapshot is printed last and alone. ' +
    'HF_TOKEN, HF_HOME, HF_HUB_CACHE, HF_ENDPOINT, HF_HUB_OFFLINE and the proxy variables are honoured.';

  static override examples = [
    '<%= config.bin %> <%= command.id %> bigscience/bloom-560m',
    '<%= config.bin %> <%= command.id %> bigscience/bloom-560m --include "*.json,*.safetensors" --dry-run',
    '<%= config.bin %> <%= command.id %> org/name --revision v1.0 --local-dir model',
    {
      description: 'As the tutorials of TorchServe spell it, with their next step:',
      command:
        '<%= config.bin %> <%= command.id %> --model_path model --model_name bigscience/bloom-560m --revision main --zip model.zip',
    },
  ];

  static override args = {
    repo: Args.string({ required: false, description: 'The repository: ORG/NAME.' }),
  };

  static override flags = {
    'model-name': Flags.string({
      aliases: ['model_name'],
      char: 'm',
      helpValue: 'ORG/NAME',
      description: 'The repository, in place of the argument.',
    }),
    revision: Flags.string({
      char: 'r',
      default: 'main',
      helpValue: 'NAME',
      description: 'Branch, tag or commit.',
    }),
    include: Flags.string({
      multiple: true,
      helpValue: 'LIST',
      description:
        'Patterns of the files to take, separated by commas; may be repeated. "*" goes across "/".',
    }),
    exclude: Flags.string({
      multiple: true,
      helpValue: 'LIST',
      description: 'Patterns of the files to leave out.',
    }),
    'repo-type': Flags.option({
      options: ['model', 'dataset'] as const,
      default: 'model' as const,
      description: 'What kind of repository it is.',
    })(),
    'local-dir': Flags.string({
      helpValue: 'FOLDER',
      description: 'Put plain files there, in place of the cache.',
    }),
    'cache-dir': Flags.string({
      aliases: ['model_path', 'model-path'],
      helpValue: 'FOLDER',
      description: 'The cache, in place of HF_HUB_CACHE.',
    }),
    token: Flags.string({
      helpValue: 'TEXT',
      description: 'Token to use, in place of HF_TOKEN and of the one "ts login" keeps.',
    }),
    'max-workers': Flags.integer({
      default: 8,
      min: 1,
      max: 64,
      description: 'Files at the same time.',
    }),
    zip: Flags.string({
      helpValue: 'FILE',
      description: 'Also pack the files of the snapshot into a zip file.',
    }),
    force: Flags.boolean({
      char: 'f',
      description: 'Download what is there already, too, and replace the zip file.',
    }),
    'dry-run': Flags.boolean({ description: 'Only list what would come, and how many bytes.' }),
    quiet: Flags.boolean({ description: 'Print nothing but the path, and errors.' }),
    json: Flags.boolean({ description: 'Print the result as one JSON object.' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Download);
    try {
      const { download } = await import('./download/run.js');
      await download(args.repo, flags);
    } catch (error) {
      process.exitCode = printError(error);
    }
  }
}
