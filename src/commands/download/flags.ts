import * as Flags from '@oclif/core/flags';
import type * as Interfaces from '@oclif/core/interfaces';
import { DOWNLOAD_DEFAULTS, WORKER_BOUNDS } from './defaults.js';

/** The flags of `ts download`. */
export const DOWNLOAD_FLAGS = {
  'model-name': Flags.string({
    aliases: ['model_name'],
    char: 'm',
    helpValue: 'ORG/NAME',
    description: 'The repository, in place of the argument.',
  }),
  revision: Flags.string({
    char: 'r',
    default: DOWNLOAD_DEFAULTS.revision,
    helpValue: 'NAME',
    description: 'Branch, tag or commit.',
  }),
  include: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'LIST',
    description: 'Patterns of the files to take, separated by commas; may be repeated. "*" goes across "/".',
  }),
  exclude: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'LIST',
    description: 'Patterns of the files to leave out.',
  }),
  'repo-type': Flags.option({
    options: ['model', 'dataset'] as const,
    default: DOWNLOAD_DEFAULTS['repo-type'],
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
    default: DOWNLOAD_DEFAULTS['max-workers'],
    ...WORKER_BOUNDS,
    description: `Files at the same time, ${WORKER_BOUNDS.min} to ${WORKER_BOUNDS.max}.`,
  }),
  zip: Flags.string({
    helpValue: 'FILE',
    description: 'Also pack the files of the snapshot into this zip file; an older one is replaced.',
  }),
  force: Flags.boolean({
    char: 'f',
    description: 'Download what is there already, too.',
  }),
  'dry-run': Flags.boolean({ description: 'Only list what would come, and how many bytes.' }),
  quiet: Flags.boolean({ description: 'Print nothing but the path, and errors.' }),
  json: Flags.boolean({ description: 'Print the result as one JSON object.' }),
};

/** Their values on a command line. */
export type DownloadFlags = Interfaces.InferredFlags<typeof DOWNLOAD_FLAGS>;
