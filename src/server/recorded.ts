import type { Handle, Route } from '../api/http/router.js';
import type { RequestRecord } from '../logging/request-record.js';

/** Not questions to a model: health checks, and the description of the API. */
const NOT_RECORDED: ReadonlySet<string> = new Set(['/', '/api-description', '/ping']);

/** The same routes, but each request is recorded before it is answered; routes without a record cost nothing. */
export function recorded(routes: readonly Route[], record: RequestRecord): readonly Route[] {
  return routes.map((route) =>
    NOT_RECORDED.has(route.path) ? route : { ...route, methods: recordedMethods(route.methods, record) },
  );
}

function recordedMethods(methods: Route['methods'], record: RequestRecord): Route['methods'] {
  return Object.fromEntries(
    Object.entries(methods).map(([method, handle]) => {
      const recording: Handle = (call, params) => {
        if (call.method !== 'OPTIONS') record.add(call);
        return handle(call, params);
      };
      return [method, recording];
    }),
  );
}
