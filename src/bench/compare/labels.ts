import { basename } from 'node:path';
import type { TargetChoice } from '../targets/choice.js';

/** Short names for targets, all different: the file of an archive, host and port of a server. */
export function toLabels(choices: readonly TargetChoice[]): readonly string[] {
  const seen = new Map<string, number>();
  return choices.map((choice) => {
    const name = nameOf(choice);
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name} (${count})`;
  });
}

function nameOf(choice: TargetChoice): string {
  if (choice.kind === 'own') return choice.model === undefined ? 'digits' : basename(choice.model);
  const { host } = new URL(choice.url);
  return choice.modelName === undefined ? host : `${host}/${choice.modelName}`;
}
