import { readFile, statfs } from 'node:fs/promises';
import { cpus, freemem, totalmem } from 'node:os';
import { type GpuSample, sampleGpus } from './gpu.js';

/** The machine at one moment. Mega- and gigabytes are powers of 1024, as in TorchServe. */
export interface SystemSample {
  readonly cpuPercent: number;
  readonly memoryPercent: number;
  readonly memoryUsedMb: number;
  readonly memoryAvailableMb: number;
  readonly diskPercent: number;
  readonly diskUsedGb: number;
  readonly diskAvailableGb: number;
  readonly gpus: readonly GpuSample[];
}

/** Processor time since boot, all processors together, in any one unit. */
export interface CpuTimes {
  readonly busy: number;
  readonly total: number;
}

export interface SystemSamplerOptions {
  readonly intervalMs: number;
  /** 0 = do not ask for GPUs. */
  readonly gpus: number;
  readonly onSample: (sample: SystemSample) => void;
  /** A measurement failed; sampling goes on. */
  readonly onFailure: (error: unknown) => void;
}

const MB = 1024 ** 2;
const GB = 1024 ** 3;
/** The first measurement comes soon after the start; processor use needs two looks. */
const FIRST_DELAY_MS = 500;

/** Measures the machine at intervals without keeping the process alive. The returned function stops that. */
export function startSystemSampler(options: SystemSamplerOptions): () => void {
  let before = readCpuTimes();
  let stopped = false;
  let timer: NodeJS.Timeout;
  const measure = async (): Promise<void> => {
    try {
      const now = await readCpuTimes();
      const sample = await sampleSystem(await before, now, options);
      before = Promise.resolve(now);
      if (!stopped) options.onSample(sample);
    } catch (error) {
      if (!stopped) options.onFailure(error);
    }
    if (!stopped) wait(options.intervalMs);
  };
  const wait = (delayMs: number): void => {
    timer = setTimeout(() => void measure(), delayMs);
    timer.unref();
  };
  wait(Math.min(FIRST_DELAY_MS, options.intervalMs));
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

async function sampleSystem(
  before: CpuTimes,
  now: CpuTimes,
  { gpus, onFailure }: SystemSamplerOptions,
): Promise<SystemSample> {
  const withoutGpus = (error: unknown): [] => {
    onFailure(error);
    return [];
  };
  const [memory, disk, gpuSamples] = await Promise.all([
    readMemory(),
    statfs('/'),
    gpus > 0 ? sampleGpus().catch(withoutGpus) : [],
  ]);
  const diskUsed = (disk.blocks - disk.bfree) * disk.bsize;
  const diskAvailable = disk.bavail * disk.bsize;
  return {
    cpuPercent: percent(now.busy - before.busy, now.total - before.total),
    memoryPercent: percent(memory.total - memory.available, memory.total),
    memoryUsedMb: (memory.total - memory.available) / MB,
    memoryAvailableMb: memory.available / MB,
    diskPercent: percent(diskUsed, diskUsed + diskAvailable),
    diskUsedGb: diskUsed / GB,
    diskAvailableGb: diskAvailable / GB,
    gpus: gpuSamples,
  };
}

/** To a tenth, as psutil rounds. */
function percent(part: number, whole: number): number {
  return whole > 0 ? Math.round((1000 * part) / whole) / 10 : 0;
}

/** From /proc/stat, or from Node where there is none. Waiting for the disk counts as idle. */
export async function readCpuTimes(): Promise<CpuTimes> {
  const stat = await readFile('/proc/stat', 'utf8').catch(() => '');
  const [line = ''] = /^cpu .*$/m.exec(stat) ?? [];
  const [user = 0, nice = 0, system = 0, idle = 0, ioWait = 0, irq = 0, softIrq = 0, steal = 0] = line
    .split(/\s+/)
    .slice(1)
    .map(Number);
  if (line === '') return cpuTimesOfNode();
  const busy = user + nice + system + irq + softIrq + steal;
  return { busy, total: busy + idle + ioWait };
}

function cpuTimesOfNode(): CpuTimes {
  const times = cpus().map((cpu) => cpu.times);
  const idle = times.reduce((sum, time) => sum + time.idle, 0);
  const total = times.reduce((sum, time) => sum + time.user + time.nice + time.sys + time.irq + time.idle, 0);
  return { busy: total - idle, total };
}

async function readMemory(): Promise<{ total: number; available: number }> {
  const text = await readFile('/proc/meminfo', 'utf8').catch(() => '');
  const bytesOf = (name: string): number => {
    const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1];
    return Number(kilobytes ?? 0) * 1024;
  };
  const total = bytesOf('MemTotal');
  if (total === 0) return { total: totalmem(), available: freemem() };
  return { total, available: bytesOf('MemAvailable') };
}
