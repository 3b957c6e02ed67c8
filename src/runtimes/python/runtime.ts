import { realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type LaunchCommand,
  type LaunchDemand,
  type Runtime,
  SOCKET_VARIABLE,
  TOKEN_VARIABLE,
} from '../runtime.js';
import { findInterpreter } from './interpreter.js';
import { torchrunArguments, torchrunEnvironment } from './torchrun.js';

/** The package that handlers import; the build copies it beside the compiled code. */
const PACKAGE = fileURLToPath(new URL('./ts', import.meta.url));

/** Workers that are Python processes, for the handlers TorchServe runs. */
export const pythonRuntime: Runtime = {
  names: ['python', 'python3'],
  printsMetrics: true,
  startsRanks: true,
  whereSignal: process.platform === 'win32' ? undefined : 'SIGQUIT',
  command,
};

function command(demand: LaunchDemand): LaunchCommand {
  const { environment, directory, prepared, ranks } = demand;
  const interpreter =
    prepared?.interpreter ?? findInterpreter({ word: 'python', executable: undefined, environment });
  return {
    file: interpreter,
    args: ranks ? torchrunArguments(demand, ranks) : [join(PACKAGE, 'worker/main.py')],
    directory,
    environment: {
      ...environment,
      ...(ranks ? torchrunEnvironment(ranks, environment) : {}),
      [SOCKET_VARIABLE]: demand.socket,
      [TOKEN_VARIABLE]: demand.token,
      PYTHONPATH: modulePath(demand),
    },
  };
}

/**
 * Where handlers find modules, in TorchServe's order: the folder the handler's name has, what the server was started
 * with, the archive, the packages installed for it, and at last our own package, still before the interpreter's.
 */
function modulePath({ handler, directory, environment, prepared }: LaunchDemand): string {
  const handlerPath = handler.includes(':') ? (handler.split(':', 1)[0] ?? '') : '';
  return [
    handlerPath.includes('/') ? dirname(handlerPath) : handlerPath,
    environment.PYTHONPATH,
    realpathSync(directory),
    prepared?.packages,
    dirname(PACKAGE),
  ]
    .filter(Boolean)
    .join(delimiter);
}
