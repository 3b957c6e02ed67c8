import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { BusyLoop } from '../../src/core/busy-loop.js';

/** Milliseconds the event loop slept during 50 ms. */
async function slept(): Promise<number> {
  const before = performance.eventLoopUtilization();
  await sleep(50);
  return performance.eventLoopUtilization(before).idle;
}

describe('a busy loop', () => {
  it('does not sleep until its time has come, or it is told to rest', async () => {
    const loop = new BusyLoop();
    loop.until(performance.now() + 60_000);
    loop.until(performance.now() + 1);
    expect(await slept()).toBe(0);
    loop.rest();
    await sleep(1);
    expect(await slept()).toBeGreaterThan(0);
    loop.until(performance.now());
    await sleep(1);
    expect(await slept()).toBeGreaterThan(0);
  });
});
