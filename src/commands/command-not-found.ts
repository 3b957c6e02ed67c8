import type { Hook } from '@oclif/core';
import { nearest } from '../config/nearest.js';
import { COMMANDS } from './index.js';

/**
 * A mistyped command, or a word behind one that takes none: names the nearest command, also when nobody sits at a
 * terminal. Exits 2, as for any wrong usage.
 */
const commandNotFound: Hook.CommandNotFound = async function ({ id }) {
  // The words behind it are already part of the id.
  const [typed = id, next] = id.split(':');
  const known = Object.keys(COMMANDS).map((name) => name.replaceAll(':', ' '));
  if (next !== undefined && known.includes(typed)) {
    const below = nearest(`${typed} ${next}`, known);
    const hint = below && below !== typed ? `Did you mean "ts ${below}"? ` : '';
    this.error(
      `"ts ${typed}" takes flags only, not "${next}". ${hint}"ts ${typed} --help" shows how it is used.`,
      { exit: 2 },
    );
  }
  const meant = nearest(typed, known);
  const hint = meant ? `Did you mean "ts ${meant}"?` : `Known: ${known.join(', ')}.`;
  this.error(`"${typed}" is not a ts command. ${hint} "ts --help" lists them all.`, { exit: 2 });
};

export default commandNotFound;
