import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LaunchDemand, LaunchRanks } from '../runtime.js';

type Environment = Readonly<Record<string, string | undefined>>;

const WORKER = fileURLToPath(new URL('./ts/worker', import.meta.url));

/**
 * The interpreter's arguments that start the ranks of one group: torchrun, inside a program of ours that lets no rank
 * outlive the server and ends as the first rank that failed. torchrun must not restart ranks by itself, since the server
 * restarts groups; and without `rdzv-endpoint` each group has its own rendezvous, so that none depends on another's.
 */
export function torchrunArguments(
  { socket }: Pick<LaunchDemand, 'socket'>,
  { torchrun, count, id }: LaunchRanks,
): readonly string[] {
  const options: Readonly<Record<string, string | number | undefined>> = {
    nnodes: torchrun.nnodes ?? 1,
    'nproc-per-node': count,
    'node-rank': torchrun['node-rank'],
    'max-restarts': 0,
    'rdzv-backend': torchrun['rdzv-backend'] ?? 'c10d',
    'rdzv-endpoint': torchrun['rdzv-endpoint'] ?? 'localhost:0',
    'rdzv-id': torchrun['rdzv-id'] ?? id,
    'rdzv-conf': torchrun['rdzv-conf'],
    'monitor-interval': torchrun['monitor-interval'],
    'local-addr': torchrun['local-addr'],
    'log-dir': logFolder(socket),
  };
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const flags = given.flatMap(([name, value]) => [`--${name}`, String(value)]);
  return [join(WORKER, 'group_launcher.py'), ...flags, join(WORKER, 'group_rank.py')];
}

/**
 * Each rank computes with one thread unless told otherwise, as in TorchServe. torchrun's own story, which TorchServe asks
 * for, would push the ranks' last words out of the reason of their end.
 */
export function torchrunEnvironment(
  { torchrun, everyone }: LaunchRanks,
  environment: Environment,
): Environment {
  return {
    ...(everyone ? { TS_SERVE_EVERY_RANK: '1' } : {}),
    LOGLEVEL: environment.LOGLEVEL ?? 'WARNING',
    OMP_NUM_THREADS: String(torchrun.OMP_NUMBER_THREADS ?? 1),
  };
}

/** torchrun makes folders for errors and never removes them; the folder of the server's socket goes with the server. */
function logFolder(socket: string): string | undefined {
  return isAbsolute(socket) && existsSync(dirname(socket))
    ? join(dirname(socket), 'torchelastic')
    : undefined;
}
