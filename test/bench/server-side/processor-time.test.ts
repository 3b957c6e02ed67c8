import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { processorSeconds } from '../../../src/bench/server-side/processor-time.js';

describe('the processor time of a process', () => {
  it.skipIf(!existsSync('/proc/self/stat'))('is what the process itself says', async () => {
    const { user, system } = process.cpuUsage();
    const seconds = await processorSeconds(process.pid);
    expect(Math.abs((seconds ?? 0) - (user + system) / 1e6)).toBeLessThan(0.5);
  });

  it('is unknown of a process that is not there', async () => {
    expect(await processorSeconds(2 ** 30)).toBeUndefined();
  });
});
