import type { Hook } from '@oclif/core';
import { COMMANDS } from './index.js';

/** A mistyped command: names the nearest one, also when nobody sits at a terminal. Exits 2, as for any wrong usage. */
const commandNotFound: Hook.CommandNotFound = async function ({ id }) {
  // The words behind it are already part of the id.
  const [typed = id] = id.split(':');
  const known = Object.keys(COMMANDS).map((name) => name.replaceAll(':', ' '));
  const nearest = known
    .map((name) => ({ name, distance: editDistance(typed, name) }))
    .sort((a, b) => a.distance - b.distance)[0];
  const hint =
    nearest && nearest.distance <= 3 ? `Did you mean "ts ${nearest.name}"?` : `Known: ${known.join(', ')}.`;
  this.error(`"${typed}" is not a ts command. ${hint} "ts --help" lists them all.`, { exit: 2 });
};

export default commandNotFound;

/** Levenshtein distance: how many letters must change to make one word of the other. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
