import type { Settings } from './keys.js';
import type { ModelConfig, TorchrunConfig } from './model-keys.js';
import type { StoredModel } from './stored-models.js';

/** What a registration may ask for; what it does not name is undefined. */
export interface RegisterParameters {
  readonly handler?: string;
  /** `python`, `python3`, `LSP` or `node`. */
  readonly runtime?: string;
  readonly batchSize?: number;
  readonly maxBatchDelayMs?: number;
  readonly responseTimeoutSec?: number;
  readonly startupTimeoutSec?: number;
  readonly initialWorkers?: number;
}

/** The settings of one model version, all sources weighed. */
export interface ModelSettings {
  readonly minWorkers: number;
  readonly maxWorkers: number;
  readonly batchSize: number;
  /** How long a waiting request may wait for company, counted from its admission. */
  readonly maxBatchDelayMs: number;
  readonly responseTimeoutSec: number;
  readonly startupTimeoutSec: number;
  readonly maxRetryTimeoutSec: number;
  /** 0 = never. */
  readonly clientTimeoutMs: number;
  readonly jobQueueSize: number;
  /** Undefined: a GPU if there is one. */
  readonly deviceType: 'cpu' | 'gpu' | undefined;
  /** Undefined: all GPUs. */
  readonly deviceIds: readonly number[] | undefined;
  readonly parallelType: 'pp' | 'tp' | 'pptp' | 'custom' | undefined;
  /** 0 without a `parallelType`. */
  readonly parallelLevel: number;
  readonly torchrun: TorchrunConfig | undefined;
  /** Threads of each worker; undefined: CPUs / workers. */
  readonly threads: number | undefined;
  /** Handler in place of the manifest's. */
  readonly handler: string | undefined;
  /** Runtime in place of the manifest's. */
  readonly runtime: string | undefined;
  readonly useJobTicket: boolean;
  readonly continuousBatching: boolean;
  readonly sequenceBatching: boolean;
  readonly asyncCommunication: boolean;
  readonly useVenv: boolean;
  readonly sequenceMaxIdleMs: number;
  /** 0 = no limit. */
  readonly sequenceTimeoutMs: number;
  readonly maxSequenceJobQueueSize: number;
  readonly maxNumSequence: number;
}

export interface ModelSources {
  readonly settings: Settings;
  readonly name: string;
  readonly version: string;
  /** Undefined when the archive has no readable model-config.yaml. */
  readonly config: ModelConfig | undefined;
  readonly parameters: RegisterParameters;
  /** Loaded by `load_models`, not registered over the API. */
  readonly atStartup: boolean;
  readonly cores: number;
  readonly gpus: number;
}

const DEFAULT_BATCH_SIZE = 1;
const DEFAULT_BATCH_DELAY_MS = 100;
/** TorchServe's built-in timeouts of a model-config.yaml: they win over every other source, even unwritten. */
const CONFIG_TIMEOUT_SEC = 120;
const DEFAULT_RETRY_SEC = 300;

/** Settles what several sources say of one model version, in TorchServe's order for each setting. */
export function settingsForModel(sources: ModelSources): ModelSettings {
  const { settings, parameters } = sources;
  const config = sources.config ?? {};
  const stored = storedModel(settings, sources.name, sources.version);
  return {
    ...workerCounts(sources, stored),
    ...timeouts(sources, stored),
    batchSize: Math.max(
      1,
      parameters.batchSize ?? config.batchSize ?? stored.batchSize ?? DEFAULT_BATCH_SIZE,
    ),
    maxBatchDelayMs: Math.max(
      0,
      parameters.maxBatchDelayMs ??
        positive(config.maxBatchDelay) ??
        stored.maxBatchDelay ??
        DEFAULT_BATCH_DELAY_MS,
    ),
    maxRetryTimeoutSec: config.maxRetryTimeoutInSec ?? DEFAULT_RETRY_SEC,
    clientTimeoutMs: config.clientTimeoutInMills ?? 0,
    jobQueueSize: positive(config.jobQueueSize) ?? settings.jobQueueSize,
    deviceType: config.deviceType,
    deviceIds: config.deviceIds,
    threads: config.threads ?? config.OMP_NUM_THREADS ?? positive(settings.threadsPerWorker),
    handler: parameters.handler,
    runtime: stored.runtimeType ?? parameters.runtime,
    ...batchingModes(config),
  };
}

/** TorchServe's `models` entry for this version; an empty one when there is none. */
function storedModel(settings: Settings, name: string, version: string): StoredModel {
  const versions = Object.hasOwn(settings.models, name) ? settings.models[name] : undefined;
  return versions && Object.hasOwn(versions, version) ? (versions[version] ?? {}) : {};
}

function workerCounts(
  sources: ModelSources,
  stored: StoredModel,
): Pick<ModelSettings, 'minWorkers' | 'maxWorkers'> {
  const { minWorkers = 0, maxWorkers = minWorkers } = sources.config ?? {};
  if (minWorkers > 0 && maxWorkers >= minWorkers) return { minWorkers, maxWorkers };
  if (!sources.atStartup) {
    // Over the API, 0 in `default_workers_per_model` means none, not one per device.
    const workers = sources.parameters.initialWorkers ?? sources.settings.defaultWorkersPerModel;
    return { minWorkers: Math.max(0, workers), maxWorkers: Math.max(0, workers) };
  }
  const least = stored.minWorkers ?? defaultWorkers(sources);
  return { minWorkers: least, maxWorkers: Math.max(least, stored.maxWorkers ?? least) };
}

function defaultWorkers({ settings, cores, gpus, config }: ModelSources): number {
  if (settings.defaultWorkersPerModel > 0) return settings.defaultWorkersPerModel;
  // A number that nobody asked for is not refused.
  return Math.min(settings.maxWorkersPerModel, gpus > 0 && config?.deviceType !== 'cpu' ? gpus : cores);
}

function timeouts(
  { settings, parameters, config }: ModelSources,
  stored: StoredModel,
): Pick<ModelSettings, 'responseTimeoutSec' | 'startupTimeoutSec'> {
  if (config)
    return {
      responseTimeoutSec: config.responseTimeout ?? CONFIG_TIMEOUT_SEC,
      startupTimeoutSec: config.startupTimeout ?? CONFIG_TIMEOUT_SEC,
    };
  return {
    responseTimeoutSec:
      stored.responseTimeout ?? positive(parameters.responseTimeoutSec) ?? settings.defaultResponseTimeout,
    startupTimeoutSec:
      stored.startupTimeout ?? positive(parameters.startupTimeoutSec) ?? settings.defaultStartupTimeout,
  };
}

function batchingModes(config: ModelConfig) {
  return {
    parallelType: config.parallelType,
    parallelLevel: config.parallelType ? (config.parallelLevel ?? 0) : 0,
    torchrun: config.torchrun,
    useJobTicket: config.useJobTicket ?? false,
    continuousBatching: config.continuousBatching ?? false,
    sequenceBatching: config.sequenceBatching ?? false,
    asyncCommunication: config.asyncCommunication ?? false,
    useVenv: config.useVenv ?? false,
    sequenceMaxIdleMs: config.sequenceMaxIdleMSec ?? 0,
    sequenceTimeoutMs: config.sequenceTimeoutMSec ?? 0,
    maxSequenceJobQueueSize: config.maxSequenceJobQueueSize ?? 1,
    maxNumSequence: config.maxNumSequence ?? 1,
  } as const;
}

function positive(value: number | undefined): number | undefined {
  return value !== undefined && value > 0 ? value : undefined;
}
