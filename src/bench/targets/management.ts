import { serveError } from '../../core/errors.js';

/** The management API of one server, as far as a measurement needs it. */
export interface Management {
  /** Base address, without a slash at its end. */
  readonly address: string;
  /** The flag that set the address, for messages. */
  readonly flag: string;
  readonly signal: AbortSignal;
}

/** How many workers a model has and may have. */
export interface WorkerCounts {
  readonly minWorkers: number;
  readonly maxWorkers: number;
  readonly ready: number;
}

const ASK_TIMEOUT_MS = 10_000;
const SETTLE_INTERVAL_MS = 50;

/** Names of all models, sorted as the server sorts them. Throws BENCH_TARGET_DOWN. */
export async function listModels(management: Management): Promise<readonly string[]> {
  const { body } = await call(management, 'GET', '/models?limit=100', ASK_TIMEOUT_MS);
  const models = (body as { models?: readonly { modelName?: unknown }[] } | undefined)?.models;
  if (!Array.isArray(models)) throw notManagement(management);
  return models.map(({ modelName }) => String(modelName));
}

/** The workers of a model's default version. Throws BENCH_TARGET_DOWN and BENCH_MODEL_UNKNOWN. */
export async function countWorkers(management: Management, model: string): Promise<WorkerCounts> {
  const { status, body } = await call(
    management,
    'GET',
    `/models/${encodeURIComponent(model)}`,
    ASK_TIMEOUT_MS,
  );
  if (status === 404) throw await unknownModel(management, model);
  const [version] = Array.isArray(body) ? (body as readonly DescribedVersion[]) : [];
  if (!version) throw notManagement(management);
  return {
    minWorkers: version.minWorkers ?? 0,
    maxWorkers: version.maxWorkers ?? 0,
    ready: (version.workers ?? []).filter(({ status }) => status === 'READY').length,
  };
}

/** Scales and waits until exactly so many workers are ready. Throws BENCH_SCALE and BENCH_TARGET_DOWN. */
export async function scaleWorkers(
  management: Management,
  model: string,
  { minWorkers, maxWorkers }: Pick<WorkerCounts, 'minWorkers' | 'maxWorkers'>,
  timeoutMs: number,
): Promise<void> {
  const query = `min_worker=${minWorkers}&max_worker=${maxWorkers}&synchronous=true`;
  const started = performance.now();
  const path = `/models/${encodeURIComponent(model)}?${query}`;
  const { status, body } = await call(management, 'PUT', path, timeoutMs);
  if (status === 404) throw await unknownModel(management, model);
  const failed = (reason: string) => serveError('BENCH_SCALE', { model, workers: minWorkers, reason });
  if (status !== 200) throw failed(`the server answered ${status} ${messageOf(body)}`);
  for (;;) {
    const { ready } = await countWorkers(management, model);
    if (ready >= minWorkers && ready <= maxWorkers) return;
    if (performance.now() - started > timeoutMs)
      throw failed(`${ready} are ready after ${timeoutMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, SETTLE_INTERVAL_MS));
  }
}

interface DescribedVersion {
  readonly minWorkers?: number;
  readonly maxWorkers?: number;
  readonly workers?: readonly { readonly status?: string }[];
}

async function call(
  { address, flag, signal }: Management,
  method: 'GET' | 'PUT',
  path: string,
  timeoutMs: number,
): Promise<{ status: number; body: unknown }> {
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const response = await fetch(`${address}${path}`, { method, signal: limit });
    return { status: response.status, body: parse(await response.text()) };
  } catch (error) {
    signal.throwIfAborted();
    throw serveError(
      'BENCH_TARGET_DOWN',
      { url: address, flag, reason: describe(error, timeoutMs) },
      { cause: error },
    );
  }
}

function describe(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${timeoutMs / 1000} s`;
  const { cause } = error as { cause?: NodeJS.ErrnoException };
  return cause?.code === 'ECONNREFUSED' ? 'nothing listens there' : (cause?.message ?? error.message);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function messageOf(body: unknown): string {
  if (typeof body === 'string') return body.slice(0, 200);
  const { message, status } = (body ?? {}) as { message?: string; status?: string };
  return message ?? status ?? '';
}

function notManagement({ address, flag }: Management): Error {
  return serveError('BENCH_TARGET_DOWN', {
    url: address,
    flag,
    reason: 'what answers is not a management API',
  });
}

async function unknownModel(management: Management, model: string): Promise<Error> {
  const known = (await listModels(management)).join(', ') || 'none';
  return serveError('BENCH_MODEL_UNKNOWN', { url: management.address, model, known });
}
