import { execFile } from 'node:child_process';

/** One GPU at one moment. */
export interface GpuSample {
  readonly index: number;
  readonly utilizationPercent: number;
  readonly memoryUsedMb: number;
  readonly memoryPercent: number;
}

const QUERY = [
  '--query-gpu=index,utilization.gpu,memory.used,memory.total',
  '--format=csv,noheader,nounits',
] as const;
const TIMEOUT_MS = 10_000;

/** Asks `nvidia-smi`. Figures a GPU does not report are 0. Rejects when the program is missing or fails. */
export function sampleGpus(env: NodeJS.ProcessEnv = process.env): Promise<readonly GpuSample[]> {
  return new Promise((resolve, reject) => {
    execFile('nvidia-smi', QUERY, { timeout: TIMEOUT_MS, env, encoding: 'utf8' }, (error, stdout) => {
      if (error) reject(error);
      else resolve(stdout.split('\n').flatMap(readLine));
    });
  });
}

function readLine(line: string): GpuSample[] {
  const [index, utilizationPercent = 0, memoryUsedMb = 0, memoryTotalMb = 0] = line
    .split(',')
    .map((field) => Number(field.trim()) || 0);
  if (index === undefined || line.trim() === '') return [];
  const memoryPercent = memoryTotalMb > 0 ? (100 * memoryUsedMb) / memoryTotalMb : 0;
  return [{ index, utilizationPercent, memoryUsedMb, memoryPercent }];
}
