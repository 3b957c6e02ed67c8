import findMyWay from 'find-my-way';
import { serveError } from '../../core/errors.js';
import type { Call, Reply } from './call.js';

/** Answers calls; what it throws becomes an error answer. */
export type Answerer = (call: Call) => Reply | Promise<Reply>;

/** The decoded variable pieces of a path. */
export type Params = Readonly<Record<string, string | undefined>>;

export type Handle = (call: Call, params: Params) => Reply | Promise<Reply>;

/** One path of an API. */
export interface Route {
  /** `/models/:model`; `*` at the end takes the rest. */
  readonly path: string;
  /** By method in capitals; `any` takes the methods that are not named. Others are answered 405. */
  readonly methods: Readonly<Record<string, Handle>>;
}

/** The library keeps a tree per method; all paths live in this one, because a wrong method is 405 and not 404. */
const TREE = 'GET';
const LONGEST_PARAM = 2048;

/** Finds the handle for each call. The answerer throws RESOURCE_NOT_FOUND and METHOD_NOT_ALLOWED. */
export function createRouter(routes: readonly Route[]): Answerer {
  const router = findMyWay({ ignoreTrailingSlash: true, maxParamLength: LONGEST_PARAM });
  for (const route of routes) router.on(TREE, route.path, () => {}, route);
  return (call) => {
    const found = router.find(TREE, call.path);
    if (!found) throw serveError('RESOURCE_NOT_FOUND', {});
    const { methods } = found.store as Route;
    const handle = methods[call.method] ?? methods.any;
    if (!handle) throw serveError('METHOD_NOT_ALLOWED', {});
    return handle(call, found.params);
  };
}
