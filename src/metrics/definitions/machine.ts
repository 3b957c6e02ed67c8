import { HOST_LEVEL, type MetricDefinition } from '../definition.js';
import type { GpuSample } from '../gpu.js';
import type { SystemSample } from '../system.js';

const HOST = ['Host'];

/** Measured of the machine, every `metric_time_interval` seconds. */
export const machineMetrics: readonly MetricDefinition[] = [
  ofMachine('CPUUtilization', 'Percent', 'Busy share of all processors.', (sample) => sample.cpuPercent),
  ofMachine('MemoryUtilization', 'Percent', 'Used share of memory.', (sample) => sample.memoryPercent),
  ofMachine('MemoryUsed', 'Megabytes', 'Memory in use.', (sample) => sample.memoryUsedMb),
  ofMachine('MemoryAvailable', 'Megabytes', 'Memory to be had.', (sample) => sample.memoryAvailableMb),
  ofMachine('DiskUtilization', 'Percent', 'Used share of the root disk.', (sample) => sample.diskPercent),
  ofMachine('DiskUsage', 'Gigabytes', 'Root disk in use.', (sample) => sample.diskUsedGb),
  ofMachine('DiskAvailable', 'Gigabytes', 'Root disk to be had.', (sample) => sample.diskAvailableGb),
  ofGpu('GPUUtilization', 'Percent', 'Busy share of each GPU.', (gpu) => gpu.utilizationPercent),
  ofGpu('GPUMemoryUtilization', 'Percent', 'Used share of its memory.', (gpu) => gpu.memoryPercent),
  ofGpu('GPUMemoryUsed', 'Megabytes', 'Its memory in use.', (gpu) => gpu.memoryUsedMb),
];

function ofMachine(
  name: string,
  unit: string,
  doc: string,
  figure: (sample: SystemSample) => number,
): MetricDefinition {
  return {
    name,
    type: 'gauge',
    unit,
    ...HOST_LEVEL,
    doc,
    observe: (sources, record) => sources.onSample((sample) => record(HOST, figure(sample))),
  };
}

function ofGpu(
  name: string,
  unit: string,
  doc: string,
  figure: (gpu: GpuSample) => number,
): MetricDefinition {
  return {
    name,
    type: 'gauge',
    unit,
    dimensions: ['Level', 'DeviceId'],
    host: 'Hostname',
    doc,
    observe: (sources, record) =>
      sources.onSample(({ gpus }) => {
        for (const gpu of gpus) record(['Host', String(gpu.index)], figure(gpu));
      }),
  };
}
