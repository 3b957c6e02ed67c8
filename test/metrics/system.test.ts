import { describe, expect, it } from 'vitest';
import { readCpuTimes, type SystemSample, startSystemSampler } from '../../src/metrics/system.js';

/** The first `count` measurements. */
function samples(count: number, gpus = 0): Promise<{ samples: SystemSample[]; failures: unknown[] }> {
  return new Promise((resolve) => {
    const taken: SystemSample[] = [];
    const failures: unknown[] = [];
    // The sampler does not keep a process alive; a test waits for it.
    const alive = setInterval(() => {}, 1000);
    const stop = startSystemSampler({
      intervalMs: 10,
      gpus,
      onSample(sample) {
        taken.push(sample);
        if (taken.length < count) return;
        clearInterval(alive);
        stop();
        resolve({ samples: taken, failures });
      },
      onFailure: (error) => failures.push(error),
    });
  });
}

describe('the measurement of the machine', () => {
  it('gives figures that can be true, again and again', async () => {
    const taken = await samples(2);
    expect(taken.failures).toEqual([]);
    for (const sample of taken.samples) {
      for (const share of [sample.cpuPercent, sample.memoryPercent, sample.diskPercent]) {
        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThanOrEqual(100);
      }
      expect(sample.memoryUsedMb).toBeGreaterThan(10);
      expect(sample.memoryAvailableMb).toBeGreaterThan(10);
      expect(sample.diskUsedGb + sample.diskAvailableGb).toBeGreaterThan(0.1);
    }
  });

  it('goes on without the GPUs when they cannot be asked', async () => {
    const path = process.env.PATH;
    process.env.PATH = '/nowhere';
    try {
      const { samples: taken, failures } = await samples(1, 1);
      expect(taken[0]?.gpus).toEqual([]);
      expect(failures).toHaveLength(1);
    } finally {
      process.env.PATH = path;
    }
  });

  it('stops when told so', async () => {
    let count = 0;
    const stop = startSystemSampler({ intervalMs: 1, gpus: 0, onSample: () => count++, onFailure: () => {} });
    stop();
    await samples(1);
    expect(count).toBe(0);
  });
});

describe('the time of processors', () => {
  it('only grows, and is busy at most all of the time', async () => {
    const before = await readCpuTimes();
    const after = await readCpuTimes();
    expect(before.total).toBeGreaterThan(0);
    expect(before.busy).toBeLessThanOrEqual(before.total);
    expect(after.total).toBeGreaterThanOrEqual(before.total);
  });
});
