import { CONFIG_FLAGS } from '../../config/read/flags.js';
import { type PlainFlag, readPlainWords } from '../plain-words.js';
import type { GivenWords } from './options.js';
import { SERVE_WORDS } from './words.js';

/** What was typed behind `serve`, if it is plain and needs no explaining. */
export function readServeWords(words: readonly string[]): GivenWords | undefined {
  const read = readPlainWords(words, FLAGS);
  return read && !isExclusive(read.flags) ? { flags: read.flags, models: read.others } : undefined;
}

function isExclusive(flags: GivenWords['flags']): boolean {
  return SERVE_WORDS.some(
    ({ name, exclusive = [] }) =>
      Object.hasOwn(flags, name) && exclusive.some((other) => Object.hasOwn(flags, other)),
  );
}

const FLAGS: ReadonlyMap<string, PlainFlag> = new Map(
  [...SERVE_WORDS, ...CONFIG_FLAGS].flatMap((row) => {
    const { name, kind, aliases = [] } = row;
    const flag: PlainFlag = { name, kind, many: name === 'models' };
    const spellings: [string, PlainFlag][] = [name, ...aliases].map((spelling) => [spelling, flag]);
    if (kind === 'boolean' && 'key' in row) spellings.push([`no-${name}`, { ...flag, means: false }]);
    return spellings;
  }),
);
