import type { Reply } from '../../http/call.js';
import type { Route } from '../../http/router.js';
import type { ApiServices } from '../../services.js';
import { json } from './encode.js';

/**
 * `/ping`, by any method. Unhealthy when the default version of a model has fewer workers than it should keep, where a
 * worker counts until its supervisor has given it up.
 */
export function pingRoute({ registry }: ApiServices): Route {
  const ping = (): Reply => {
    const healthy = registry
      .defaults()
      .every((version) => version.healthyWorkers >= version.group.minWorkers);
    return healthy ? HEALTHY : UNHEALTHY;
  };
  return { path: '/ping', methods: { any: ping } };
}

/** A status object, not an error object. */
const HEALTHY = json({ status: 'Healthy' });
const UNHEALTHY = json({ status: 'Unhealthy' }, 500);
