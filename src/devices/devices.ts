import { askTool, type ToolReply } from './ask-tool.js';
import { NVIDIA_ARGS, readNvidiaSmi, visibleDevices, visibleNumbers } from './cuda.js';
import type { Device } from './device.js';
import { METAL_ARGS, readSystemProfiler } from './metal.js';
import { ROCM_ARGS, readRocmSmi } from './rocm.js';

export type { Device } from './device.js';

export interface FindDevicesOptions {
  /** Its PATH finds the vendors' tools, its CUDA_VISIBLE_DEVICES narrows what they list. */
  readonly env: NodeJS.ProcessEnv;
  /** TorchServe's `number_of_gpu`: how many to use at most. Default: all. */
  readonly limit?: number;
  /** How long one tool may take. Default 10 s: drivers of a machine that just woke up are slow. */
  readonly timeoutMs?: number;
  /** Default: this system. */
  readonly platform?: NodeJS.Platform;
  /** Told when a tool is there but gave nothing of use; the server then goes on without GPUs. */
  readonly onProblem?: (reason: string) => void;
}

const DEFAULT_TIMEOUT_MS = 10_000;

/**
 * The GPUs workers can compute on, numbered as worker processes number them; empty if there are none.
 *
 * @throws ServeError VISIBLE_DEVICES_INVALID
 */
export async function findDevices(options: FindDevicesOptions): Promise<readonly Device[]> {
  const found = await findAll(options);
  const limit = options.limit ?? found.length;
  return found.slice(0, Math.max(0, limit));
}

async function findAll(options: FindDevicesOptions): Promise<readonly Device[]> {
  if ((options.platform ?? process.platform) === 'darwin') {
    return listed(await ask(options, 'system_profiler', METAL_ARGS), readSystemProfiler);
  }
  const visible = visibleNumbers(options.env.CUDA_VISIBLE_DEVICES);
  if (visible?.length === 0) return [];
  const nvidia = await ask(options, 'nvidia-smi', NVIDIA_ARGS);
  if (visible) return visibleDevices(visible, nvidia);
  const cuda = listed(nvidia, readNvidiaSmi);
  if (cuda.length > 0) return cuda;
  if (nvidia.kind === 'text') options.onProblem?.(`nvidia-smi listed no GPU: ${firstLine(nvidia.text)}`);
  return listed(await ask(options, 'rocm-smi', ROCM_ARGS), readRocmSmi);
}

async function ask(options: FindDevicesOptions, file: string, args: readonly string[]): Promise<ToolReply> {
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const reply = await askTool({ file, args, env: options.env, timeoutMs });
  if (reply.kind === 'failed') options.onProblem?.(reply.reason);
  return reply;
}

function listed(reply: ToolReply, read: (text: string) => readonly Device[]): readonly Device[] {
  return reply.kind === 'text' ? read(reply.text) : [];
}

function firstLine(text: string): string {
  return JSON.stringify(text.trimStart().split('\n', 1)[0]?.slice(0, 200) ?? '');
}
