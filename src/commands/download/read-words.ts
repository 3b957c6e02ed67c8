import { type PlainFlag, readPlainWords } from '../plain-words.js';
import { DOWNLOAD_DEFAULTS, WORKER_BOUNDS } from './defaults.js';
import type { DownloadFlags } from './flags.js';

/** What was typed behind `download`. */
export interface DownloadWords {
  readonly repo: string;
  readonly flags: DownloadFlags;
}

const SWITCHES = ['force', 'dry-run', 'quiet', 'json'];
const VALUES = ['model-name', 'revision', 'local-dir', 'cache-dir', 'token', 'max-workers', 'zip'];
const FLAGS: ReadonlyMap<string, PlainFlag> = new Map([
  ...SWITCHES.map((name): [string, PlainFlag] => [name, { name, kind: 'boolean' }]),
  ...VALUES.map((name): [string, PlainFlag] => [name, { name, kind: 'string' }]),
  ['model_name', { name: 'model-name', kind: 'string' }],
  ['model_path', { name: 'cache-dir', kind: 'string' }],
  ['model-path', { name: 'cache-dir', kind: 'string' }],
]);

/** What was typed behind `download`, if it is plain, names one repository and needs no explaining. */
export function readDownloadWords(words: readonly string[]): DownloadWords | undefined {
  const read = readPlainWords(words, FLAGS);
  if (!read) return undefined;
  const [repo, ...others] = read.others;
  const workers = String(read.flags['max-workers'] ?? DOWNLOAD_DEFAULTS['max-workers']);
  if (!repo || others.length > 0 || !isWorkerCount(workers)) return undefined;
  return { repo, flags: asFlags(read.flags, Number(workers)) };
}

function isWorkerCount(value: string): boolean {
  const count = Number(value);
  return /^\d+$/.test(value) && count >= WORKER_BOUNDS.min && count <= WORKER_BOUNDS.max;
}

function asFlags(given: Readonly<Record<string, unknown>>, maxWorkers: number): DownloadFlags {
  const text = (name: keyof DownloadFlags) => given[name] as string | undefined;
  return {
    'model-name': text('model-name'),
    revision: text('revision') ?? DOWNLOAD_DEFAULTS.revision,
    include: undefined,
    exclude: undefined,
    'repo-type': DOWNLOAD_DEFAULTS['repo-type'],
    'local-dir': text('local-dir'),
    'cache-dir': text('cache-dir'),
    token: text('token'),
    'max-workers': maxWorkers,
    zip: text('zip'),
    force: given.force === true,
    'dry-run': given['dry-run'] === true,
    quiet: given.quiet === true,
    json: given.json === true,
  };
}
