import { serveError } from '../../core/errors.js';
import { countWorkers, listModels, type Management, scaleWorkers } from './management.js';
import type { Target } from './target.js';

export interface UrlOptions {
  /** Base address of the inference API. */
  readonly url: string;
  /** By default the port after that of `url`, as TorchServe's 8080 and 8081. */
  readonly managementUrl: string | undefined;
  /** By default the only model there is. */
  readonly modelName: string | undefined;
  readonly signal: AbortSignal;
}

const RESTORE_TIMEOUT_MS = 60_000;

/**
 * A server that runs already. Its workers are put back to what they were when the measurement is over. Throws
 * BENCH_TARGET_DOWN, BENCH_MODEL_UNKNOWN and BENCH_MODEL_CHOICE.
 */
export async function reachUrl(options: UrlOptions): Promise<Target> {
  const inference = trim(options.url);
  const management: Management = {
    address: trim(options.managementUrl ?? portAfter(options.url)),
    flag: '--management-url',
    signal: options.signal,
  };
  const model = options.modelName ?? (await onlyModel(management));
  const before = await countWorkers(management, model);
  return {
    kind: 'url',
    model,
    inference,
    management: management.address,
    async close() {
      // Also after Ctrl-C, so not with the signal of the measurement.
      const own = { ...management, signal: AbortSignal.timeout(RESTORE_TIMEOUT_MS) };
      const { minWorkers, maxWorkers } = await countWorkers(own, model);
      const same = minWorkers === before.minWorkers && maxWorkers === before.maxWorkers;
      if (!same) await scaleWorkers(own, model, before, RESTORE_TIMEOUT_MS);
    },
  };
}

async function onlyModel(management: Management): Promise<string> {
  const models = await listModels(management);
  const [first] = models;
  if (first !== undefined && models.length === 1) return first;
  throw serveError('BENCH_MODEL_CHOICE', { url: management.address, known: models.join(', ') || 'none' });
}

function portAfter(url: string): string {
  const address = new URL(url);
  address.port = String(Number(address.port || '80') + 1);
  return address.href;
}

function trim(url: string): string {
  return url.replace(/\/+$/, '');
}
