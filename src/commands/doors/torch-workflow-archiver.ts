import { packShown, sourceDateEpoch } from '../archive/build.js';
import type { Option } from './argparse.js';
import { type Door, lastValue } from './door.js';

const OPTIONS: readonly Option[] = [
  {
    name: '--workflow-name',
    value: 'WORKFLOW_NAME',
    required: true,
    help: 'name of the workflow and archive',
  },
  {
    name: '--spec-file',
    value: 'SPEC_FILE',
    required: true,
    help: 'YAML file with the models and the graph',
  },
  {
    name: '--handler',
    value: 'HANDLER',
    required: true,
    help: 'Python file with the functions of the graph',
  },
  {
    name: '--export-path',
    value: 'EXPORT_PATH',
    help: 'folder the archive is written to; this one by default',
  },
  { name: '--force', short: '-f', help: 'replace an archive that is there already' },
  { name: '--extra-files', value: 'EXTRA_FILES', list: true, help: 'plain files, separated by commas' },
];

/** `torch-workflow-archiver`: packs a workflow into a .war. The original crashes without a handler; here it is required. */
export const torchWorkflowArchiver: Door = {
  program: 'torch-workflow-archiver',
  about: 'Packs a workflow into an archive.',
  options: OPTIONS,
  async run(given) {
    const { planWorkflowArchive } = await import('../../archive/plan-workflow.js');
    const { splitList } = await import('../../archive/extra-files.js');
    const plan = await planWorkflowArchive({
      kind: 'Workflow',
      name: lastValue(given, '--workflow-name') ?? '',
      specFile: lastValue(given, '--spec-file') ?? '',
      handler: lastValue(given, '--handler') ?? '',
      extraFiles: splitList(given.get('--extra-files') ?? []),
      exportPath: lastValue(given, '--export-path') ?? '.',
      format: 'default',
      force: given.has('--force'),
      folder: process.cwd(),
      createdSec: sourceDateEpoch(process.env, 'torch-workflow-archiver'),
    });
    await packShown(plan, { quiet: !process.stderr.isTTY, json: false });
  },
};
