import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { serveError } from '../../core/errors.js';
import {
  type LaunchCommand,
  type LaunchDemand,
  type Runtime,
  SOCKET_VARIABLE,
  TOKEN_VARIABLE,
} from '../runtime.js';

/** Workers run compiled code, also when the server runs from its sources. */
const MAIN = fileURLToPath(new URL('../../../dist/runtimes/node/main.js', import.meta.url));

/** Workers that are Node processes, for JavaScript and TypeScript handlers and ONNX models. */
export const nodeRuntime: Runtime = { names: ['node'], command };

function command(demand: LaunchDemand): LaunchCommand {
  if (!existsSync(MAIN)) throw serveError('WORKER_PROGRAM_MISSING', { file: MAIN });
  return {
    file: process.execPath,
    args: [MAIN],
    directory: demand.directory,
    environment: {
      ...demand.environment,
      [SOCKET_VARIABLE]: demand.socket,
      [TOKEN_VARIABLE]: demand.token,
      OMP_NUM_THREADS: String(demand.threads),
      // The official Linux builds of onnxruntime report usage unless they are told not to.
      ORT_DISABLE_TELEMETRY: '1',
    },
  };
}
