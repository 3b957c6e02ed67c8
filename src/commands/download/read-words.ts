import { DOWNLOAD_DEFAULTS, WORKER_BOUNDS } from './defaults.js';
import type { DownloadFlags } from './flags.js';

/** What was typed behind `download`. */
export interface DownloadWords {
  readonly repo: string;
  readonly flags: DownloadFlags;
}

const SWITCHES = ['force', 'dry-run', 'quiet', 'json'] as const;
const VALUES: ReadonlyMap<string, keyof DownloadFlags> = new Map([
  ['model-name', 'model-name'],
  ['model_name', 'model-name'],
  ['revision', 'revision'],
  ['local-dir', 'local-dir'],
  ['cache-dir', 'cache-dir'],
  ['model_path', 'cache-dir'],
  ['model-path', 'cache-dir'],
  ['token', 'token'],
  ['max-workers', 'max-workers'],
  ['zip', 'zip'],
]);

/**
 * Reads the words behind `download` when they are plain: one repository, and long flags that are given once. Undefined for
 * everything else – help, short flags, lists, mistakes – which the command line framework then reads and explains.
 */
export function readDownloadWords(words: readonly string[]): DownloadWords | undefined {
  const repos: string[] = [];
  const given = new Map<string, string | boolean>();
  for (let at = 0; at < words.length; ) {
    const word = words[at] ?? '';
    if (!word.startsWith('-')) {
      repos.push(word);
      at += 1;
      continue;
    }
    const taken = takeFlag(word, words[at + 1], given);
    if (taken === 0) return undefined;
    at += taken;
  }
  const [repo, ...others] = repos;
  const workers = given.get('max-workers') ?? String(DOWNLOAD_DEFAULTS['max-workers']);
  if (!repo || others.length > 0 || !isWorkerCount(workers)) return undefined;
  return { repo, flags: asFlags(given, Number(workers)) };
}

/** Puts a flag into `given`; the result is the number of words it took, 0 if it is not plain. */
function takeFlag(word: string, next: string | undefined, given: Map<string, string | boolean>): number {
  const [, long = '', inline] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
  const isSwitch = SWITCHES.some((name) => name === long);
  const name = isSwitch ? long : VALUES.get(long);
  if (name === undefined || given.has(name)) return 0;
  if (isSwitch) {
    given.set(name, true);
    return inline === undefined ? 1 : 0;
  }
  const value = inline ?? next ?? '';
  if (value === '' || (inline === undefined && value.startsWith('-'))) return 0;
  given.set(name, value);
  return inline === undefined ? 2 : 1;
}

function isWorkerCount(value: string | boolean): boolean {
  const count = Number(value);
  return /^\d+$/.test(String(value)) && count >= WORKER_BOUNDS.min && count <= WORKER_BOUNDS.max;
}

function asFlags(given: ReadonlyMap<string, string | boolean>, maxWorkers: number): DownloadFlags {
  const text = (name: keyof DownloadFlags) => given.get(name) as string | undefined;
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
    force: given.has('force'),
    'dry-run': given.has('dry-run'),
    quiet: given.has('quiet'),
    json: given.has('json'),
  };
}
