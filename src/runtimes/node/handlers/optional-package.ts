import { createRequire } from 'node:module';
import { serveError } from '../../../core/errors.js';

const require = createRequire(import.meta.url);

/**
 * Loads a package that an installation may lack. Throws PACKAGE_MISSING, which says how to get it. They are required,
 * not imported: of sharp that takes half the time, which every start of a worker waits for.
 */
export function requireOptional<Module>(name: string, handler: string): Module {
  try {
    const found = require(name) as { readonly default?: Module };
    return found.default ?? (found as Module);
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    throw serveError('PACKAGE_MISSING', { handler, package: name, reason }, { cause });
  }
}
