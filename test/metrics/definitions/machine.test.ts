import { describe, expect, it } from 'vitest';
import { machineMetrics } from '../../../src/metrics/definitions/machine.js';
import { recorded } from './recording.js';

const SAMPLE = {
  cpuPercent: 1,
  memoryPercent: 2,
  memoryUsedMb: 3,
  memoryAvailableMb: 4,
  diskPercent: 5,
  diskUsedGb: 6,
  diskAvailableGb: 7,
};

describe('the metrics of the machine', () => {
  it('are the seven figures of every measurement', () => {
    const records = recorded(machineMetrics, (_, sample) => sample({ ...SAMPLE, gpus: [] }));
    expect(records).toEqual([
      ['CPUUtilization', ['Host'], 1],
      ['MemoryUtilization', ['Host'], 2],
      ['MemoryUsed', ['Host'], 3],
      ['MemoryAvailable', ['Host'], 4],
      ['DiskUtilization', ['Host'], 5],
      ['DiskUsage', ['Host'], 6],
      ['DiskAvailable', ['Host'], 7],
    ]);
  });

  it('are three more for each GPU', () => {
    const gpus = [
      { index: 0, utilizationPercent: 10, memoryUsedMb: 20, memoryPercent: 30 },
      { index: 1, utilizationPercent: 40, memoryUsedMb: 50, memoryPercent: 60 },
    ];
    const records = recorded(machineMetrics, (_, sample) => sample({ ...SAMPLE, gpus })).slice(7);
    expect(records).toEqual([
      ['GPUUtilization', ['Host', '0'], 10],
      ['GPUUtilization', ['Host', '1'], 40],
      ['GPUMemoryUtilization', ['Host', '0'], 30],
      ['GPUMemoryUtilization', ['Host', '1'], 60],
      ['GPUMemoryUsed', ['Host', '0'], 20],
      ['GPUMemoryUsed', ['Host', '1'], 50],
    ]);
  });
});
