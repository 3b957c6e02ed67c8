import { once } from 'node:events';
import { lstat, rm } from 'node:fs/promises';
import { connect, type Server } from 'node:net';
import type { Address } from '../../config/address.js';

/** As TorchServe asks for. */
const BACKLOG = 1024;

/**
 * Makes a server listen. A Unix socket left behind by a process that is no more is taken over. Throws what the system
 * says otherwise.
 */
export async function bind(server: Server, address: Address): Promise<void> {
  try {
    await listenOn(server, address);
  } catch (thrown) {
    const inUse = (thrown as NodeJS.ErrnoException).code === 'EADDRINUSE';
    if (!inUse || address.kind !== 'unix') throw thrown;
    // A plain file refuses connections as well, but is somebody's.
    if (!(await lstat(address.path)).isSocket())
      throw new Error(`${address.path} is there and is no socket`, { cause: thrown });
    if (await isAnswered(address.path)) throw thrown;
    await rm(address.path, { force: true });
    await listenOn(server, address);
  }
}

async function listenOn(server: Server, address: Address): Promise<void> {
  if (address.kind === 'unix') server.listen({ path: address.path, backlog: BACKLOG });
  else server.listen({ host: address.host, port: address.port, backlog: BACKLOG });
  await once(server, 'listening');
}

/** Whether a process listens behind the path of a Unix socket. */
function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const done = (answered: boolean): void => {
      socket.destroy();
      resolve(answered);
    };
    socket.once('connect', () => done(true));
    socket.once('error', (error: NodeJS.ErrnoException) => done(error.code !== 'ECONNREFUSED'));
  });
}
