import { type OnReadOpts, Socket } from 'node:net';

/**
 * Goes on with an accepted connection, reading to where the caller wants the bytes: `onread`, which Node itself has for
 * connections that it dials only. Otherwise Node makes an object of every 64 KiB, which for answers of a megabyte is an eighth
 * of the front's work. The accepted socket must not have begun to read (`pauseOnConnect`); it is of no use afterwards.
 * The handle of a socket is not in Node's documentation: the test of this runs with every Node that is supported.
 */
export function readInto(accepted: Socket, onread: OnReadOpts): Socket {
  const holder = accepted as unknown as { _handle: unknown };
  const handle = holder._handle;
  holder._handle = null;
  // Its server no longer waits for it.
  accepted.destroy();
  return new Socket({ handle, onread } as ConstructorParameters<typeof Socket>[0]);
}
