import type { Device } from '../devices/device.js';
import type { LaunchCommand } from '../runtimes/runtime.js';
import type { WireDevice } from '../wire/frames.js';
import type { Placed } from './placement.js';
import type { WorkerOptions } from './worker-options.js';

/** The program of a worker. Throws the runtime's ServeError when this machine cannot start such a one. */
export function launchCommand<Self>(options: WorkerOptions<Self>, token: string): LaunchCommand {
  const { id, connections, load, placed, ranks, runtime, threads, environment } = options;
  const command = runtime.command({
    directory: load.directory,
    handler: load.handler,
    device: deviceOf(placed, 0),
    threads,
    socket: connections.address,
    token,
    environment,
    ...(ranks ? { ranks: { ...ranks, id: `${load.model}_${id}` } } : {}),
  });
  return narrowed(command, placed);
}

/** What LOAD names: in a rank group, whose environment is narrowed, each rank has the GPU of its own number. */
export function deviceOf({ device, group }: Placed, rank: number): WireDevice {
  const { type, index }: Device = device;
  if (group.length > 0) return { type, index: rank % group.length };
  return index === undefined ? { type } : { type, index };
}

/** Only rank groups are narrowed by the environment, so that handlers see the numbers they expect. */
function narrowed(command: LaunchCommand, { group }: Placed): LaunchCommand {
  if (group.length === 0) return command;
  const visible = group.map(({ index, physicalIndex }) => physicalIndex ?? index ?? 0).join(',');
  return { ...command, environment: { ...command.environment, CUDA_VISIBLE_DEVICES: visible } };
}
