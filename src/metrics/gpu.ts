import { askTool } from '../devices/ask-tool.js';

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
export async function sampleGpus(env: NodeJS.ProcessEnv = process.env): Promise<readonly GpuSample[]> {
  const reply = await askTool({ file: 'nvidia-smi', args: QUERY, env, timeoutMs: TIMEOUT_MS });
  if (reply.kind === 'text') return reply.text.split('\n').flatMap(readLine);
  throw new Error(reply.kind === 'missing' ? 'there is no nvidia-smi' : reply.reason);
}

/** Lines that do not begin with a number (headers, warnings) say nothing. */
function readLine(line: string): GpuSample[] {
  if (!/^\s*\d+\s*(,|$)/.test(line)) return [];
  const [index = 0, utilizationPercent = 0, memoryUsedMb = 0, memoryTotalMb = 0] = line
    .split(',')
    .map((field) => Number(field.trim()) || 0);
  const memoryPercent = memoryTotalMb > 0 ? (100 * memoryUsedMb) / memoryTotalMb : 0;
  return [{ index, utilizationPercent, memoryUsedMb, memoryPercent }];
}
