import { encodeError } from '../../../src/api/dialects/torchserve/encode.js';
import { type HttpListener, type ListenerLimits, listen } from '../../../src/api/http/listener.js';
import type { Answerer } from '../../../src/api/http/router.js';
import type { Address } from '../../../src/config/address.js';
import { systemClock } from '../../../src/core/clock.js';
import { EventHub, type HttpExchange } from '../../../src/core/events.js';
import { silentLog } from '../../../src/core/log.js';

export interface Listening {
  readonly listener: HttpListener;
  readonly url: string;
  /** What the access log would have got. */
  readonly answered: HttpExchange[];
  stop(): Promise<void>;
}

/** A listener on a free port whose answers a test gives. */
export async function startListening(
  answer: Answerer,
  limits: Partial<ListenerLimits> = {},
  address: Address = { kind: 'tcp', host: '127.0.0.1', port: 0, tls: false },
): Promise<Listening> {
  const hub = new EventHub();
  const answered: HttpExchange[] = [];
  hub.on('http.answered', (exchange) => answered.push(exchange));
  const listener = await listen({
    address,
    answer,
    encodeError,
    extraHeaders: ['x-extra', 'always'],
    hub,
    log: silentLog,
    clock: systemClock,
    limits: {
      maxBodyBytes: 1000,
      maxConnections: 100,
      keepAliveMs: 5000,
      headersMs: 5000,
      requestMs: 5000,
      ...limits,
    },
  });
  return {
    listener,
    url: `http://127.0.0.1:${listener.port}`,
    answered,
    async stop() {
      listener.destroy();
      await listener.close();
    },
  };
}
