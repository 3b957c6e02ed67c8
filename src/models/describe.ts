import type { WorkerFailure } from '../core/failure.js';
import type { Job } from '../core/job.js';
import type { SlotFacts } from '../workers/slot.js';
import type { ModelVersion } from './model-version.js';

/** Figures of processes and GPUs, measured when asked. */
export interface Measures {
  /** Resident memory of a process, bytes; 0 when it cannot be told. */
  memoryBytes(pid: number): Promise<number>;
  /** TorchServe's line on a GPU. */
  gpuUsage(index: number): Promise<string>;
}

export interface DescribedWorker {
  readonly id: string;
  readonly startTime: string;
  readonly status: 'READY' | 'UNLOADING';
  readonly memoryUsage: number;
  readonly pid: number;
  readonly gpu: boolean;
  readonly gpuUsage: string;
  /** Only with `withFailures`, and only when a worker of this place has failed. */
  readonly failures?: DescribedFailures;
}

/** What became of the workers that had this place before, or of the one that has it. */
export interface DescribedFailures {
  readonly count: number;
  /** One after the other, none of them proven sound. */
  readonly inARow: number;
  readonly crashLoop: boolean;
  /** Nobody is started in this place any more. */
  readonly givenUp: boolean;
  /** ISO 8601, UTC; undefined while no attempt is waited for. */
  readonly nextAttempt: string | undefined;
  readonly last: WorkerFailure | undefined;
}

export interface DescribeOptions {
  readonly measures: Measures;
  /** Whether its name is one of those loaded at start. */
  readonly loadedAtStartup: boolean;
  /** What its handler says of itself; left out if absent. */
  readonly customized?: unknown;
  /** Whether to tell why workers failed. Default false: nothing but TorchServe's fields. */
  readonly withFailures?: boolean;
}

/** A version as TorchServe describes it: these names, in this order; undefined fields are left out. */
export async function describeVersion(version: ModelVersion, options: DescribeOptions) {
  const { loadedAtStartup, customized } = options;
  const { settings, group, queue } = version;
  const stateful = settings.sequenceBatching && settings.sequenceMaxIdleMs > 0;
  return {
    modelName: version.name,
    modelVersion: version.version,
    modelUrl: version.url,
    runtime: version.runtimeName,
    minWorkers: group.minWorkers,
    maxWorkers: group.maxWorkers,
    batchSize: settings.batchSize,
    maxBatchDelay: settings.maxBatchDelayMs,
    responseTimeout: settings.responseTimeoutSec,
    startupTimeout: settings.startupTimeoutSec,
    maxRetryTimeoutInSec: settings.maxRetryTimeoutSec,
    clientTimeoutInMills: settings.clientTimeoutMs,
    parallelType: settings.parallelType ?? '',
    parallelLevel: settings.parallelLevel,
    deviceType: version.onGpu ? 'gpu' : 'cpu',
    deviceIds: settings.deviceIds,
    continuousBatching: settings.continuousBatching,
    useJobTicket: settings.useJobTicket,
    useVenv: settings.useVenv,
    stateful,
    sequenceMaxIdleMSec: stateful ? settings.sequenceMaxIdleMs : 0,
    sequenceTimeoutMSec: stateful ? settings.sequenceTimeoutMs : 0,
    maxNumSequence: stateful ? settings.maxNumSequence : 0,
    maxSequenceJobQueueSize: stateful ? settings.maxSequenceJobQueueSize : 0,
    loadedAtStartup,
    workers: await Promise.all(group.places.map((place) => describeWorker(place, options))),
    jobQueueStatus: {
      remainingCapacity: Math.max(0, queue.capacity - queue.length),
      pendingRequests: queue.length,
    },
    customizedMetadata: customized,
  };
}

/**
 * What a handler says of itself, by a `describe` job: an object as it is, `{}` for an answer of another kind, undefined
 * for an empty one. Rejects as the job does.
 */
export async function customizedMetadata(job: Job): Promise<unknown> {
  const { body } = await job.answer;
  const pieces: Buffer[] = [];
  if (Buffer.isBuffer(body)) pieces.push(body);
  else for await (const piece of body) pieces.push(piece);
  const text = Buffer.concat(pieces).toString('utf8').trim();
  if (text === '' || text === 'null') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  } catch {
    return {};
  }
}

async function describeWorker(
  place: SlotFacts,
  { measures, withFailures }: DescribeOptions,
): Promise<DescribedWorker> {
  const { worker } = place;
  const { pid, pids = pid === undefined ? [] : [pid], state, startedAt } = worker.facts;
  // Of a group of ranks the first is shown, with the memory of all.
  const memory = await Promise.all(pids.map((each) => measures.memoryBytes(each)));
  const onGpu = worker.device.type !== 'cpu';
  return {
    id: worker.id,
    startTime: localTime(startedAt),
    status: state === 'ready' ? 'READY' : 'UNLOADING',
    memoryUsage: memory.reduce((sum, bytes) => sum + bytes, 0),
    pid: pid ?? -1,
    gpu: onGpu,
    gpuUsage: onGpu ? await measures.gpuUsage(worker.device.index ?? 0) : 'N/A',
    ...(withFailures && place.failures > 0 ? { failures: describeFailures(place) } : {}),
  };
}

function describeFailures(place: SlotFacts): DescribedFailures {
  const { failures, failuresInARow, crashLoop, lastFailure, retryAt, worker } = place;
  return {
    count: failures,
    inARow: failuresInARow,
    crashLoop,
    givenUp: !worker.healthy,
    nextAttempt: retryAt === undefined ? undefined : new Date(retryAt).toISOString(),
    last: lastFailure,
  };
}

/** TorchServe's time of a worker: local, and yet with a `Z` behind it. */
function localTime(dateMs: number): string {
  const date = new Date(dateMs);
  return new Date(dateMs - date.getTimezoneOffset() * 60_000).toISOString();
}
