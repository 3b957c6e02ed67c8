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
  return run(program);
}

function run(program: string): number {
  return Number(execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' }));
}

const LIVING =
  'Array.from({ length: 60_000 }, (_, number) => ({ number, text: String(number), list: [number] }))';

/** Full collections of a process through which large bodies pass, a few at a time. */
function fullCollections(prelude: string): number {
  return run(`
    import { constants, PerformanceObserver } from 'node:perf_hooks';
    import { setFlagsFromString } from 'node:v8';
    import { setTimeout as sleep } from 'node:timers/promises';
    ${prelude}
    let full = 0;
    new PerformanceObserver((list) => {
      for (const { detail } of list.getEntries()) if (detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR) full += 1;
    }).observe({ entryTypes: ['gc'] });
    const living = ${LIVING};
    const bodies = [];
    for (let number = 0; number < 2000; number += 1) {
      bodies.push(Array.from({ length: 32 }, () => Buffer.allocUnsafeSlow(65_536)));
      if (bodies.length > 6) bodies.shift();
      if (number % 2 === 0) await sleep(1);
    }
    console.log(living.length > 0 ? full : -1);
  `);
}

/** The most that the heap of a process grew to, MB, in which things keep dying that live long enough to be moved. */
function heapMb(prelude: string): number {
  return run(`
    import { setFlagsFromString } from 'node:v8';
    import { setTimeout as sleep } from 'node:timers/promises';
    ${prelude}
    const living = ${LIVING};
    let most = 0;
    for (let round = 0; round < 60; round += 1) {
      for (let number = 0; number < living.length; number += 1) living[number] = { number, list: [round, number] };
      most = Math.max(most, process.memoryUsage().heapTotal);
      await sleep(5);
    }
    console.log(most / 2 ** 20);
  `);
}

describe('the memory of the server', () => {
  it('stops growing for young objects, which it would not by itself', () => {
    const kept = youngSpaceMb(`(await import('${MODULE}')).keepMemoryFlat();`);
    expect(kept).toBeLessThanOrEqual(16);
    expect(youngSpaceMb('')).toBeGreaterThan(kept);
  });

  it('is not collected over and over while large bodies pass', () => {
    const kept = fullCollections(`(await import('${MODULE}')).keepMemoryFlat();`);
    // How many there are with a wide limit, and whether the limit matters at all, depends on the version of V8.
    expect(kept).toBeLessThan(fullCollections("setFlagsFromString('--heap-growing-percent=1000');") * 2 + 10);
  });

  it('is collected early when what is moved out of the young space keeps dying', () => {
    const kept = heapMb(`(await import('${MODULE}')).keepMemoryFlat();`);
    expect(kept).toBeLessThan(heapMb("setFlagsFromString('--heap-growing-percent=20');") * 1.5);
  });
});
