import * as Args from '@oclif/core/args';
import { DOWNLOAD_FLAGS } from './download/flags.js';
import { printError } from './print-error.js';
import { TsCommand } from './ts-command.js';

/** `ts download`: a snapshot of a model or data set from the Hugging Face hub. */
export default class Download extends TsCommand {
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

  static override flags = DOWNLOAD_FLAGS;

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
