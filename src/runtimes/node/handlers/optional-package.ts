import { serveError } from '../../../core/errors.js';

/** Imports a package that an installation may lack. Throws PACKAGE_MISSING, which says how to get it. */
export async function importOptional<Module>(name: string, handler: string): Promise<Module> {
  try {
    const found = (await import(name)) as { readonly default?: Module };
    return found.default ?? (found as Module);
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    throw serveError('PACKAGE_MISSING', { handler, package: name, reason }, { cause });
  }
}
