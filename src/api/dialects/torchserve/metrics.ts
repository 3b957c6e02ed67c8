import type { Call, Reply } from '../../http/call.js';
import type { Route } from '../../http/router.js';
import type { ApiServices } from '../../services.js';
import { readQuery } from './query.js';

/** `/metrics` and whatever lies below it, by any method. */
export function metricsRoutes({ metrics }: ApiServices): readonly Route[] {
  const show = async ({ query }: Call): Promise<Reply> => {
    const names = [...readQuery(query)].filter(([name]) => name === 'name[]').map(([, value]) => value);
    const body = await metrics.text(names.length > 0 ? names : undefined);
    return { status: 200, headers: ['content-type', metrics.contentType], body };
  };
  return ['/metrics', '/metrics/*'].map((path) => ({ path, methods: { any: show } }));
}
