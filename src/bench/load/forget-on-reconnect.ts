import type { Client } from 'autocannon';

/** What of autocannon's client its types leave out. */
interface Internals {
  readonly conn?: unknown;
  _connect(): void;
  /** Leaves the connection, and forgets what was asked on it. */
  _destroyConnection(): void;
}

/**
 * Makes a client forget what it asked on a connection that has ended. By itself autocannon sends the next request on a
 * connection the server is closing, as servers do behind an error, and then takes each later answer for that of the
 * request before.
 */
export function forgetOnReconnect(client: Client): void {
  const internals = client as unknown as Internals;
  const connect = internals._connect;
  internals._connect = function connectAnew(this: Internals) {
    if (this.conn) this._destroyConnection();
    connect.call(this);
  };
}
