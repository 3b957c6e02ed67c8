import { CPU, type Device } from '../devices/device.js';

/** What the workers of one model version need. */
export interface Demand {
  /** Names the counter that models with their own device list or rank groups have: unique per model version. */
  readonly key: string;
  /** Default: a GPU if there is one. */
  readonly deviceType?: 'cpu' | 'gpu';
  /** Numbers of GPUs to use in turn; ignored as a whole if one of them does not exist. */
  readonly deviceIds?: readonly number[];
  /** GPUs one worker (a group of ranks) gets together; 0 or absent: one. */
  readonly parallelLevel?: number;
}

/** Whose turn it is; made by `place` alone. */
export interface Turns {
  /** GPU number the last worker without a device list got; TorchServe begins with 0, so that the first gets 1. */
  readonly last: number;
  /** Next place in the device list, per demand key. */
  readonly next: Readonly<Record<string, number>>;
}

/** The devices of one worker. */
export interface Placed {
  /** The (first) device: what LOAD names. */
  readonly device: Device;
  /** All devices of a rank group, to which its environment is narrowed; empty for a plain worker. */
  readonly group: readonly Device[];
}

export const FIRST_TURNS: Turns = { last: 0, next: {} };

/**
 * Chooses the devices of one more worker, in TorchServe's round robin: plain models share one counter that is counted
 * up before it is used; models with `deviceIds` or with rank groups count for themselves, from the first on.
 */
export function place(devices: readonly Device[], turns: Turns, demand: Demand): readonly [Placed, Turns] {
  const pool = demand.deviceType === 'cpu' ? [] : poolOf(devices, demand);
  const level = demand.parallelLevel ?? 0;
  if (pool.length === 0) return [{ device: CPU, group: [] }, turns];
  if (level > 0 || hasOwnList(devices, demand)) return placeOwn(pool, turns, demand.key, level);
  const last = (turns.last + 1) % pool.length;
  return [
    { device: pool[last] ?? CPU, group: [] },
    { ...turns, last },
  ];
}

/** How many workers the devices carry: rank groups must not share one. Infinity where there is no such limit. */
export function capacityFor(devices: readonly Device[], demand: Demand): number {
  const pool = demand.deviceType === 'cpu' ? [] : poolOf(devices, demand);
  const level = demand.parallelLevel ?? 0;
  return level > 0 && pool.length > 0 ? Math.floor(pool.length / level) : Number.POSITIVE_INFINITY;
}

/** What an operator should be told about a demand that cannot be met as written. */
export function placementWarning(devices: readonly Device[], demand: Demand): string | undefined {
  if (demand.deviceType === 'cpu') return undefined;
  if (demand.deviceIds?.length && !hasOwnList(devices, demand)) {
    const has = devices.length === 1 ? 'there is 1 GPU' : `there are ${devices.length} GPUs`;
    return `deviceIds ${demand.deviceIds.join(',')} of ${demand.key} are ignored: ${has}, numbered from 0.`;
  }
  if (demand.deviceType === 'gpu' && devices.length === 0)
    return `${demand.key} runs on the CPU: there is no GPU.`;
  return undefined;
}

/** The one place that holds whose turn it is; shared by all models of a server. */
export class Placement {
  readonly devices: readonly Device[];
  #turns = FIRST_TURNS;

  constructor(devices: readonly Device[]) {
    this.devices = devices;
  }

  /** The devices of one more worker. */
  place(demand: Demand): Placed {
    const [placed, turns] = place(this.devices, this.#turns, demand);
    this.#turns = turns;
    return placed;
  }
}

function placeOwn(
  pool: readonly Device[],
  turns: Turns,
  key: string,
  level: number,
): readonly [Placed, Turns] {
  const stride = Math.max(1, level);
  const first = (turns.next[key] ?? 0) % pool.length;
  const group = Array.from({ length: level }, (_, rank) => pool[(first + rank) % pool.length] ?? CPU);
  const next = { ...turns.next, [key]: (first + stride) % pool.length };
  return [
    { device: pool[first] ?? CPU, group },
    { ...turns, next },
  ];
}

function poolOf(devices: readonly Device[], demand: Demand): readonly Device[] {
  if (!hasOwnList(devices, demand)) return devices;
  return (demand.deviceIds ?? []).flatMap((id) => devices[id] ?? []);
}

function hasOwnList(devices: readonly Device[], { deviceIds = [] }: Demand): boolean {
  return (
    deviceIds.length > 0 && deviceIds.every((id) => Number.isInteger(id) && id >= 0 && id < devices.length)
  );
}
