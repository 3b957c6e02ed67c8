import { CONFIG_FLAGS } from '../../config/read/flags.js';
import type { GivenWords } from './options.js';
import { SERVE_WORDS } from './words.js';

interface Flag {
  readonly name: string;
  readonly kind: 'boolean' | 'string';
  /** What giving a boolean flag means; false under `--no-<name>`. */
  readonly means: boolean;
}

/**
 * Reads the words behind `serve` when they are plain: known long flags, each given once, and models. Undefined for
 * everything else – help, short flags, mistakes – which the command line framework then reads and explains.
 */
export function readServeWords(words: readonly string[]): GivenWords | undefined {
  const flags: Record<string, unknown> = {};
  const models: string[] = [];
  for (let at = 0; at < words.length; ) {
    const word = words[at] ?? '';
    if (!word.startsWith('-')) {
      models.push(word);
      at += 1;
      continue;
    }
    const taken = takeFlag(words, at, flags);
    if (taken === 0) return undefined;
    at += taken;
  }
  return isExclusive(flags) ? undefined : { flags, models };
}

/** Puts the flag at this place into `flags`; the result is the number of words it took, 0 if it is not plain. */
function takeFlag(words: readonly string[], at: number, flags: Record<string, unknown>): number {
  const [, long, inline] = /^--([^=]+)(?:=(.*))?$/s.exec(words[at] ?? '') ?? [];
  const flag = FLAGS.get(long ?? '');
  if (!flag || Object.hasOwn(flags, flag.name)) return 0;
  if (flag.kind === 'boolean') {
    flags[flag.name] = flag.means;
    return inline === undefined ? 1 : 0;
  }
  const values = inline === undefined ? valuesBehind(words, at, flag.name === 'models') : [inline];
  if (values.length === 0 || values.includes('')) return 0;
  flags[flag.name] = flag.name === 'models' ? values : values[0];
  return inline === undefined ? 1 + values.length : 1;
}

/** The next word, or for `--models` all up to the next flag. */
function valuesBehind(words: readonly string[], at: number, many: boolean): readonly string[] {
  const rest = words.slice(at + 1);
  const end = rest.findIndex((word) => word.startsWith('-'));
  return rest.slice(0, Math.min(end < 0 ? rest.length : end, many ? rest.length : 1));
}

function isExclusive(flags: GivenWords['flags']): boolean {
  return SERVE_WORDS.some(
    ({ name, exclusive = [] }) =>
      Object.hasOwn(flags, name) && exclusive.some((other) => Object.hasOwn(flags, other)),
  );
}

const FLAGS: ReadonlyMap<string, Flag> = new Map(
  [...SERVE_WORDS, ...CONFIG_FLAGS].flatMap((row) => {
    const { name, kind, aliases = [] } = row;
    const flag: Flag = { name, kind, means: true };
    const spellings: [string, Flag][] = [name, ...aliases].map((spelling) => [spelling, flag]);
    if (kind === 'boolean' && 'key' in row) spellings.push([`no-${name}`, { ...flag, means: false }]);
    return spellings;
  }),
);
