import { serveError } from '../../core/errors.js';
import { countWorkers, listModels, type Management, scaleWorkers } from './management.js';
import type { Dialect, Target } from './target.js';

export interface UrlOptions {
  /** Base address of the inference API. */
  readonly url: string;
  /** By default the port after that of `url`, as TorchServe's 8080 and 8081; none with another dialect. */
  readonly managementUrl: string | undefined;
  /** By default two ports after that of `url`, as TorchServe's 8082. */
  readonly metricsUrl?: string | undefined;
  /** By default the only model there is. */
  readonly modelName: string | undefined;
  /** Default `torchserve`. */
  readonly dialect?: Dialect;
  readonly signal: AbortSignal;
}

const RESTORE_TIMEOUT_MS = 60_000;

/**
 * A server that runs already. Its workers are put back to what they were when the measurement is over. Throws
 * BENCH_TARGET_DOWN, BENCH_MODEL_UNKNOWN, BENCH_MODEL_CHOICE and BENCH_MODEL_NAME.
 */
export async function reachUrl(options: UrlOptions): Promise<Target> {
  const { dialect = 'torchserve', signal } = options;
  const inference = trim(options.url);
  const metrics = trim(options.metricsUrl ?? portAfter(options.url, 2));
  const found = { kind: 'url', inference, metrics, dialect } as const;
  if (dialect !== 'torchserve' && options.managementUrl === undefined) {
    const { modelName: model } = options;
    if (model === undefined) throw serveError('BENCH_MODEL_NAME', { url: options.url, dialect });
    return { ...found, model, management: undefined, close: async () => {} };
  }
  const address = trim(options.managementUrl ?? portAfter(options.url, 1));
  const flag =
    options.managementUrl === undefined
      ? '--url; its management address is the port after it'
      : '--management-url';
  const management: Management = { address, flag, signal };
  const model = options.modelName ?? (await onlyModel(management));
  const before = await countWorkers(management, model);
  return {
    ...found,
    model,
    management: address,
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

function portAfter(url: string, distance: number): string {
  const address = new URL(url);
  address.port = String(Math.min(65_535, Number(address.port || '80') + distance));
  return address.href;
}

function trim(url: string): string {
  return url.replace(/\/+$/, '');
}
