import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

const MODULE = new URL('../../dist/server/memory.js', import.meta.url).href;

/** Sizes of the young space, in MB, of a process that makes garbage in pieces, some of which outlive a sweep or two. */
function youngSpaceMb(prelude: string): number {
  const program = `
    import { getHeapSpaceStatistics } from 'node:v8';
    import { setTimeout as sleep } from 'node:timers/promises';
    ${prelude}
    let held = [];
    for (let round = 0; round < 40; round += 1) {
      for (let piece = 0; piece < 20_000; piece += 1) held.push({ round, piece });
      if (held.length > 60_000) held = [];
      await sleep(10);
    }
    console.log(getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size / 2 ** 20);
  `;
  return Number(execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' }));
}

describe('the memory of the server', () => {
  it('stops growing for young objects, which it would not by itself', () => {
    const kept = youngSpaceMb(`(await import('${MODULE}')).keepMemoryFlat();`);
    expect(kept).toBeLessThanOrEqual(16);
    expect(youngSpaceMb('')).toBeGreaterThan(kept);
  });
});
