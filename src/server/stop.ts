import { setTimeout as sleep } from 'node:timers/promises';
import { serveError } from '../core/errors.js';
import type { Parts } from './build.js';
import type { Listeners } from './listeners.js';

/** For clients to take the last answers off the line. */
const LAST_WORDS_MS = 1000;

/** Stops a server in order: no new connections, no new requests, drain, end the workers, end what is left. */
export async function stopServer(parts: Parts, listeners: Listeners): Promise<void> {
  const { registry, models } = parts.services;
  const { log, settings } = models;
  log.info('The server is stopping.');
  const closed = listeners.close();
  const versions = registry.all();
  for (const version of versions) version.refuse();
  await Promise.all(versions.map((version) => version.close(settings.drainTimeout * 1000)));
  const limit = new AbortController();
  const late = sleep(LAST_WORDS_MS, undefined, { signal: limit.signal }).catch(() => {});
  await Promise.race([closed, late]);
  limit.abort();
  listeners.destroy();
  log.info('The server has stopped.');
  await release(parts);
}

/** Ends everything at once: running requests are answered as if their workers had died. */
export async function abandonServer(parts: Parts, listeners: Listeners | undefined): Promise<void> {
  await cutOff(parts, listeners);
  await Promise.all(parts.services.registry.all().map((version) => version.close(0)));
  await release(parts);
}

/** Leaves a server that is stopping nothing to wait for: no clients, no waiting requests, no workers. */
export async function cutOff({ services }: Parts, listeners: Listeners | undefined): Promise<void> {
  const { registry, models } = services;
  void listeners?.close();
  listeners?.destroy();
  for (const version of registry.all()) {
    version.refuse();
    version.queue.failAll(serveError('SERVER_STOPPING', {}), models.clock.now());
  }
  // A worker whose connection ends is killed.
  await models.connections.close();
}

async function release({ services, metrics, logs, record, folder }: Parts): Promise<void> {
  metrics.close();
  await services.models.connections.close();
  await folder.remove();
  await record?.close();
  await logs.close();
}
