import { serveError } from '../core/errors.js';
import { builtInHandlers, type RuntimeName } from './handlers.js';

/** What decides which file a built-in handler serves. */
export interface ServedModel {
  readonly handler: string;
  readonly runtime: RuntimeName;
  readonly serializedFile?: string | undefined;
  /** `handler.model` of model-config.yaml. */
  readonly configured: unknown;
  /** Names of the files in the archive. */
  readonly names: readonly string[];
}

/**
 * Built-in handlers for Node bring no model of their own. By the rules of the worker: they serve the serialized file, else
 * the one that the configuration names, else the only .onnx file at the root of the archive. An archive without one could
 * never be loaded. Throws HANDLER_WITHOUT_MODEL.
 */
export function checkServedModel({ handler, runtime, serializedFile, configured, names }: ServedModel): void {
  if (runtime !== 'node' || !builtInHandlers('node').includes(handler)) return;
  if (serializedFile?.endsWith('.onnx')) return;
  const fail = (reason: string) => serveError('HANDLER_WITHOUT_MODEL', { handler, reason });
  if (typeof configured === 'string') {
    if (names.includes(configured.replace(/^(\.\/)+/, ''))) return;
    throw fail(`${configured}, which handler.model of the model configuration names, is not among its files`);
  }
  const models = names.filter((name) => name.endsWith('.onnx'));
  if (models.filter((name) => !name.includes('/')).length === 1) return;
  throw fail(
    models.length === 0
      ? 'there is none among its files'
      : `which one it is has not been said: ${models.join(', ')}`,
  );
}
