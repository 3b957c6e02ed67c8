import type { Client } from 'autocannon';

/** What becomes of requests whose connection is gone. */
export interface LostRequests {
  /** It has no answer and will have none; `fault` says why. */
  readonly failed: (fault: string) => void;
  /** It is sent again on a new connection. */
  readonly sentAgain: () => void;
}

/** A request that waits for its answer. */
interface Sent {
  /** Of its answer, until now. */
  readonly bytes: number;
  startTime: [seconds: number, nanoseconds: number];
}

/** What of autocannon's client its types leave out. */
interface Internals {
  readonly conn?: unknown;
  readonly parser: { readonly type: unknown; reinitialize(type: unknown): void };
  readonly pipelinedRequests: { peek(): Sent | undefined };
  readonly requestIterator: { currentRequestIndex: number };
  reqsMade: number;
  _connect(): void;
  /** Leaves the connection, and forgets what was asked on it. */
  _destroyConnection(): void;
  on(event: 'connError', listener: (error: Error) => void): void;
  on(event: 'response' | 'timeout', listener: () => void): void;
}

/**
 * Makes a client account for each request that was under way on a connection that ended. A server may end a connection
 * that has been used (behind an error, or because it was idle) just when the next request goes out: when nothing of the
 * answer has come, that one is sent again, on a connection of its own, and its latency counts from the first time. On a
 * new connection, or in the middle of an answer, the request has failed. By itself autocannon would let go of it without a
 * word, count it as one of its number, and take each later answer for that of the request before.
 */
export function accountForLost(client: Client, { failed, sentAgain }: LostRequests): void {
  const internals = client as unknown as Internals;
  const connect = internals._connect;
  let used = false;
  let fault: string | undefined;
  internals.on('response', () => {
    used = true;
  });
  internals.on('connError', ({ message }) => {
    fault = message;
  });
  internals.on('timeout', () => failed('request timed out'));
  internals._connect = function connectAnew(this: Internals) {
    const lost = this.conn ? this.pipelinedRequests.peek() : undefined;
    const again = lost !== undefined && used && lost.bytes === 0;
    if (lost && !again) failed(fault ?? (lost.bytes > 0 ? 'the answer broke off' : 'the connection ended'));
    if (this.conn) this._destroyConnection();
    this.parser.reinitialize(this.parser.type);
    used = false;
    fault = undefined;
    if (again) stepBack(this);
    connect.call(this);
    const resent = again ? this.pipelinedRequests.peek() : undefined;
    if (!resent) return;
    resent.startTime = lost?.startTime ?? resent.startTime;
    sentAgain();
  };
}

/** What the client sends next is what it sent last, and is not counted twice. */
function stepBack(client: Internals): void {
  client.reqsMade -= 1;
  client.requestIterator.currentRequestIndex -= 1;
}
