import type { Client } from 'autocannon';
import { describe, expect, it } from 'vitest';
import { forgetOnReconnect } from '../../../src/bench/load/forget-on-reconnect.js';

describe('forgetOnReconnect', () => {
  it('leaves the connection there was, before each new one', () => {
    const calls: string[] = [];
    const client = {
      conn: undefined as string | undefined,
      _connect() {
        calls.push('connect');
        this.conn = 'open';
      },
      _destroyConnection: () => calls.push('destroy'),
    };
    forgetOnReconnect(client as unknown as Client);
    client._connect();
    client._connect();
    expect(calls).toEqual(['connect', 'destroy', 'connect']);
  });
});
