import { describe, expect, it } from 'vitest';
import { workerMemoryBytes } from '../../src/metrics/worker-memory.js';

describe('the memory of a worker', () => {
  it('is its resident memory in bytes', async () => {
    const bytes = await workerMemoryBytes(process.pid);
    expect(bytes).toBeGreaterThan(0.3 * process.memoryUsage.rss());
    expect(bytes).toBeLessThan(3 * process.memoryUsage.rss());
  });

  it('is 0 once the process has gone', async () => {
    expect(await workerMemoryBytes(2 ** 30)).toBe(0);
  });
});
