import { serveError } from '../core/errors.js';
import type { ToolReply } from './ask-tool.js';
import type { Device } from './device.js';

/** Asks for the number first, because TorchServe asks for nothing else and stand-ins may answer only that. */
export const NVIDIA_ARGS = ['--query-gpu=index,name,memory.total', '--format=csv,noheader,nounits'] as const;

const MIB = 1024 * 1024;

/**
 * The GPUs `nvidia-smi` printed, in order of their numbers: one line each, `index[, name[, MiB]]`. Lines that do not
 * begin with a number (headers, warnings, `No devices were found`) say nothing.
 */
export function readNvidiaSmi(text: string): readonly Device[] {
  const found = new Map<number, Device>();
  for (const line of text.split('\n')) {
    const [index = '', name = '', memory = ''] = line.split(',').map((field) => field.trim());
    if (!/^\d{1,4}$/.test(index)) continue;
    found.set(Number(index), {
      type: 'cuda',
      index: Number(index),
      ...(name ? { name } : {}),
      ...(/^\d+/.test(memory) ? { memoryBytes: Number.parseInt(memory, 10) * MIB } : {}),
    });
  }
  return [...found.values()].sort((one, other) => (one.index ?? 0) - (other.index ?? 0));
}

/**
 * The GPUs a process sees under CUDA_VISIBLE_DEVICES, renumbered from 0 as CUDA does. As in TorchServe an empty value
 * counts as none given (undefined) and entries must be numbers; as in CUDA a negative one hides itself and all after it.
 *
 * @throws ServeError VISIBLE_DEVICES_INVALID for an entry that is no number, such as the UUID of a GPU.
 */
export function visibleNumbers(value: string | undefined): readonly number[] | undefined {
  if (value === undefined || value.trim() === '') return undefined;
  const entries = value.split(',').map((entry) => entry.trim());
  const strange = entries.find((entry) => !/^-?\d+$/.test(entry));
  if (strange !== undefined) throw serveError('VISIBLE_DEVICES_INVALID', { value, entry: strange });
  const numbers = entries.map(Number);
  const hidden = numbers.findIndex((number) => number < 0);
  return hidden < 0 ? numbers : numbers.slice(0, hidden);
}

/** The devices behind visible numbers; names and memory come from `nvidia-smi` where it answered. */
export function visibleDevices(numbers: readonly number[], reply: ToolReply): readonly Device[] {
  const all = reply.kind === 'text' ? readNvidiaSmi(reply.text) : [];
  return numbers.map((number, index) => {
    const known = all.find((device) => device.index === number);
    return { ...known, type: 'cuda', index, ...(number === index ? {} : { physicalIndex: number }) };
  });
}
