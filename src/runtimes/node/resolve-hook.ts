import { COMPILED_FOLDER, OWN_PACKAGES } from './own-packages.js';

interface ResolveContext {
  readonly parentURL?: string;
}

type NextResolve<Result> = (specifier: string, context: ResolveContext) => Result;

/**
 * Module hook, run by Node in a thread of its own: a package the archive does not bring is looked for beside the server.
 * What the archive does bring wins.
 */
export async function resolve(
  specifier: string,
  context: ResolveContext,
  next: NextResolve<Promise<unknown>>,
): Promise<unknown> {
  try {
    return await next(specifier, context);
  } catch (error) {
    if (!OWN_PACKAGES.includes(specifier)) throw error;
    return next(specifier, fromServer(context));
  }
}

/** The same for Node versions whose hooks run in place (22.15 and later). */
export function resolveInPlace(
  specifier: string,
  context: ResolveContext,
  next: NextResolve<unknown>,
): unknown {
  try {
    return next(specifier, context);
  } catch (error) {
    if (!OWN_PACKAGES.includes(specifier)) throw error;
    return next(specifier, fromServer(context));
  }
}

function fromServer(context: ResolveContext): ResolveContext {
  return { ...context, parentURL: new URL('handler.js', COMPILED_FOLDER).href };
}
