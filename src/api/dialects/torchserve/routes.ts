import type { Route } from '../../http/router.js';
import type { Dialect } from '../dialect.js';
import { json } from './encode.js';
import { managementRoutes } from './management.js';
import { metricsRoutes } from './metrics.js';
import { listenerDocument } from './openapi/documents.js';
import { pingRoute } from './ping.js';
import { predictRoutes } from './predictions.js';

/** TorchServe's REST API (docs/rest-api.md). */
export const torchserve: Dialect = {
  name: 'torchserve',
  routes(role, services) {
    const describe = () => json(listenerDocument(role));
    const own: readonly Route[] = [
      { path: '/', methods: { OPTIONS: describe } },
      { path: '/api-description', methods: { any: describe } },
    ];
    switch (role) {
      case 'inference':
        return [...own, pingRoute(services), ...predictRoutes(services)];
      case 'management':
        return [...own, ...managementRoutes(services)];
      case 'metrics':
        return [...own, ...metricsRoutes(services)];
    }
  },
};
