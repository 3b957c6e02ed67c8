import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Bytes that moved to V8's old space while `step` ran `count` times with the young space swept after every hundred. Things
 * that live as long as a request do not get there unless something dead that already is there holds on to them.
 */
export function movedToOldSpace(count: number, step: () => void): number {
  setFlagsFromString('--expose-gc');
  const sweep = runInNewContext('gc') as (options?: { type: 'minor' }) => void;
  sweep();
  const before = oldSpaceBytes();
  for (let number = 1; number <= count; number++) {
    step();
    if (number % 100 === 0) sweep({ type: 'minor' });
  }
  return oldSpaceBytes() - before;
}

function oldSpaceBytes(): number {
  return getHeapSpaceStatistics().find((space) => space.space_name === 'old_space')?.space_used_size ?? 0;
}
