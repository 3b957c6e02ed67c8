import type { Target } from '../targets/target.js';
import { processorSeconds } from './processor-time.js';
import { parsePrometheus, type Sample, sumOf } from './prometheus-text.js';

/** What the server itself says of a stretch of requests. What it does not say is undefined. */
export interface ServerSide {
  /** Mean wait of a request in its queue. */
  readonly queueMs: number | undefined;
  /** Mean number of requests that went to a worker together. */
  readonly batchSize: number | undefined;
  /** Processor time of all workers, in percent of one core. */
  readonly cpuPercent: number | undefined;
  readonly workers: readonly WorkerSide[];
}

export interface WorkerSide {
  readonly pid: number;
  /** Resident memory at the end; 0 where the server has not measured it. */
  readonly rssBytes: number;
  /** In percent of one core; undefined on another machine. */
  readonly cpuPercent: number | undefined;
}

/** The state of a server at one moment. */
export interface Snapshot {
  readonly atMs: number;
  readonly samples: readonly Sample[];
  readonly workers: readonly WorkerState[];
}

interface WorkerState {
  readonly pid: number;
  readonly rssBytes: number;
  readonly cpuSec: number | undefined;
}

const ASK_TIMEOUT_MS = 2000;
/** Processor time is told in hundredths of a second: of less than this it would be a guess. */
const MIN_CPU_WINDOW_SEC = 0.2;

/** Looks at a server through its metrics and management APIs. Never throws: what cannot be had is left out. */
export async function takeSnapshot(target: Target): Promise<Snapshot> {
  const [metrics, description] = await Promise.all([
    ask(target.metrics && `${target.metrics}/metrics`),
    ask(target.management && `${target.management}/models/${encodeURIComponent(target.model)}`),
  ]);
  return {
    atMs: performance.now(),
    samples: parsePrometheus(metrics ?? ''),
    workers: await Promise.all(workersOf(description).map((worker) => withTime(worker, target))),
  };
}

/** What happened between two snapshots; undefined when the server told nothing. */
export function compareSnapshots(before: Snapshot, after: Snapshot, model: string): ServerSide | undefined {
  const grown = (name: string, label = 'model_name') => {
    const [from, to] = [before, after].map(({ samples }) => sumOf(samples, name, [label, model]));
    return to === undefined ? undefined : to - (from ?? 0);
  };
  const requests = grown('ts_inference_requests_total');
  const queueUs = grown('ts_queue_latency_microseconds');
  const batches = grown('WorkerBatches', 'ModelName');
  const seconds = (after.atMs - before.atMs) / 1000;
  const workers = after.workers.map((worker) => {
    const since = before.workers.find(({ pid }) => pid === worker.pid)?.cpuSec;
    const cpuSec = worker.cpuSec === undefined || since === undefined ? undefined : worker.cpuSec - since;
    const known = cpuSec !== undefined && seconds >= MIN_CPU_WINDOW_SEC;
    const cpuPercent = known ? (100 * cpuSec) / seconds : undefined;
    return { pid: worker.pid, rssBytes: worker.rssBytes, cpuPercent };
  });
  const shares = workers.map(({ cpuPercent }) => cpuPercent).filter((share) => share !== undefined);
  if (queueUs === undefined && workers.length === 0) return undefined;
  return {
    queueMs: queueUs === undefined || !requests ? undefined : queueUs / requests / 1000,
    // A request is counted when it comes, its batch when it is done: between two looks the one may be missing.
    batchSize: batches && requests ? Math.max(1, requests / batches) : undefined,
    cpuPercent: shares.length === 0 ? undefined : shares.reduce((sum, share) => sum + share, 0),
    workers,
  };
}

async function ask(url: string | undefined): Promise<string | undefined> {
  if (!url) return undefined;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ASK_TIMEOUT_MS) });
    const text = await response.text();
    return response.ok ? text : undefined;
  } catch {
    return undefined;
  }
}

function workersOf(description: string | undefined): readonly Omit<WorkerState, 'cpuSec'>[] {
  const [version] = parseList(description) as readonly { workers?: unknown }[];
  const workers = Array.isArray(version?.workers) ? (version.workers as readonly DescribedWorker[]) : [];
  return workers.flatMap(({ pid, memoryUsage }) =>
    typeof pid === 'number' && pid > 0 && typeof memoryUsage === 'number'
      ? [{ pid, rssBytes: memoryUsage }]
      : [],
  );
}

interface DescribedWorker {
  readonly pid?: unknown;
  readonly memoryUsage?: unknown;
}

function parseList(text: string | undefined): readonly unknown[] {
  try {
    const found: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}

/** Process numbers mean something only where the processes are ours. */
async function withTime(worker: Omit<WorkerState, 'cpuSec'>, { kind }: Target): Promise<WorkerState> {
  return { ...worker, cpuSec: kind === 'own' ? await processorSeconds(worker.pid) : undefined };
}
