import { createRequire } from 'node:module';
import { serveError } from '../../../core/errors.js';

const require = createRequire(import.meta.url);

/**
 * The line that installs a package. onnxruntime-node's script downloads CUDA libraries; where that fails, npm drops the
 * whole package without a word, so it is told to leave them out.
 */
export function installLine(name: string): string {
  return `${name === 'onnxruntime-node' ? 'ONNXRUNTIME_NODE_INSTALL=skip ' : ''}npm install ${name}`;
}

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
    throw serveError(
      'PACKAGE_MISSING',
      { handler, package: name, reason, install: installLine(name) },
      { cause },
    );
  }
}
