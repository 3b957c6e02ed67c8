import * as Flags from '@oclif/core/flags';
import type * as Interfaces from '@oclif/core/interfaces';
import { CONFIG_FLAGS, type ConfigFlag } from '../../config/read/flags.js';
import { SERVE_WORDS, type ServeWord } from './words.js';

/** Every configuration key as a flag, by the flag's name; generated, so that none can be forgotten. */
export const KEY_FLAGS: Interfaces.FlagInput = Object.fromEntries(
  CONFIG_FLAGS.map((flag) => [flag.name, flag.kind === 'boolean' ? switchFlag(flag) : valueFlag(flag)]),
);

/** The flags that are no configuration keys. */
export const SERVE_FLAGS: Interfaces.FlagInput = Object.fromEntries(
  SERVE_WORDS.map((word) => [word.name, wordFlag(word)]),
);

function wordFlag({ kind, summary, char, aliases = [], exclusive = [] }: ServeWord) {
  const parts = { summary, char, aliases: [...aliases], exclusive: [...exclusive] };
  return kind === 'boolean' ? Flags.boolean(parts) : Flags.string(parts);
}

function switchFlag(flag: ConfigFlag) {
  return Flags.boolean({ ...sharedParts(flag), allowNo: true });
}

/** Only the list of models takes several words, as in TorchServe; other lists are written with commas. */
function valueFlag(flag: ConfigFlag) {
  const parts = sharedParts(flag);
  return flag.name === 'models' ? Flags.string({ ...parts, multiple: true }) : Flags.string(parts);
}

function sharedParts({ aliases, doc, default: fallback }: ConfigFlag) {
  const summary = fallback === undefined ? doc : `${doc} [default: ${fallback}]`;
  return { aliases: [...aliases], summary, helpGroup: 'CONFIGURATION KEY' };
}
