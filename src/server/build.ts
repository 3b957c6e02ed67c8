import { hostname } from 'node:os';
import type { ApiServices } from '../api/services.js';
import type { Settings } from '../config/keys.js';
import { systemClock } from '../core/clock.js';
import { EventHub } from '../core/events.js';
import { usableCores } from '../core/usable-cores.js';
import { findDevices } from '../devices/devices.js';
import { createLogs, type Logs, observeLogs } from '../logging/logs.js';
import { openRequestRecord, type RequestRecord } from '../logging/request-record.js';
import { namesFor } from '../metrics/definition.js';
import { sampleGpus } from '../metrics/gpu.js';
import { createMetrics, type Metrics } from '../metrics/metrics.js';
import { type KnownMetrics, readMetricsFile, USUAL_METRICS } from '../metrics/metrics-file.js';
import { workerMemoryBytes } from '../metrics/worker-memory.js';
import { Registry } from '../models/registry.js';
import type { ModelServices } from '../models/services.js';
import { nodeRuntime } from '../runtimes/node/runtime.js';
import { withEnvironments } from '../runtimes/python/environments/with-environments.js';
import { pythonRuntime } from '../runtimes/python/runtime.js';
import { allowedUrls } from '../store/allowed-urls.js';
import { ModelStore } from '../store/model-store.js';
import { BusyPoll } from '../workers/busy-poll.js';
import { openConnections } from '../workers/connection.js';
import { hideVariables } from '../workers/environment.js';
import { Placement } from '../workers/placement.js';
import { workerIds } from '../workers/worker-ids.js';
import { makeOwnFolder, type OwnFolder } from './own-folder.js';

export interface BuildOptions {
  readonly settings: Settings;
  /** What of the log is repeated on the terminal. */
  readonly console: 'all' | 'warnings' | 'none';
  readonly env: NodeJS.ProcessEnv;
}

/** Everything a server is made of, before it does anything. */
export interface Parts {
  readonly services: ApiServices;
  readonly logs: Logs;
  readonly metrics: Metrics;
  /** Undefined unless requests are recorded. */
  readonly record: RequestRecord | undefined;
  /** Below the temporary one: the socket of the workers and extracted archives. */
  readonly folder: OwnFolder;
}

/** Makes every object of a server, once. Throws LOG_FOLDER, RECORD_FILE, METRICS_FILE and VISIBLE_DEVICES_INVALID. */
export async function build(options: BuildOptions): Promise<Parts> {
  const { settings } = options;
  const known = await knownMetrics(settings);
  const hub = new EventHub();
  const logs = createLogs({
    folder: settings.logLocation,
    metricsFolder: settings.metricsLocation,
    console: options.console,
    settings,
  });
  observeLogs(hub, logs);
  for (const warning of known.warnings) logs.server.warn(warning);
  const { recordRequests: path } = settings;
  const record = path === undefined ? undefined : openRequestRecord({ path, settings, log: logs.server });
  const folder = await makeOwnFolder(settings.tempFolder);
  const models = await buildModels(options, hub, logs, known, folder);
  await folder.claim(logs.server);
  const gpus = models.placement.devices.length;
  const metrics = createMetrics({ settings, hub, logs, hostname: hostname(), known, gpus });
  const services: ApiServices = {
    registry: new Registry(),
    models,
    measures: { memoryBytes: workerMemoryBytes, gpuUsage },
    metrics,
  };
  return { services, logs, metrics, record, folder };
}

async function knownMetrics({ metricsConfig, metricsMode }: Settings): Promise<KnownMetrics> {
  return metricsConfig ? readMetricsFile(metricsConfig, namesFor(metricsMode)) : USUAL_METRICS;
}

async function buildModels(
  options: BuildOptions,
  hub: EventHub,
  logs: Logs,
  { modelMetrics }: KnownMetrics,
  folder: OwnFolder,
): Promise<ModelServices> {
  const { settings, env } = options;
  const cores = usableCores();
  const [devices, connections] = await Promise.all([
    settings.numberOfGpu === 0
      ? []
      : findDevices({ env, limit: settings.numberOfGpu, onProblem: (reason) => logs.server.warn(reason) }),
    openConnections({ folder: folder.path, log: logs.server }),
  ]);
  return {
    settings,
    store: new ModelStore({
      folder: settings.modelStore,
      allowed: allowedUrls(settings.allowedUrls),
      limits: {
        maxBytes: settings.maxArchiveBytes,
        timeoutMs: settings.downloadTimeout * 1000,
        idleTimeoutMs: settings.downloadIdleTimeout * 1000,
      },
    }),
    runtimes: [nodeRuntime, withEnvironments(pythonRuntime, env)],
    connections,
    // On a single core nothing else could run meanwhile.
    busyPoll: new BusyPoll(cores > 1 ? settings.busyPollUs : 0),
    placement: new Placement(devices),
    cores,
    nextWorkerId: workerIds(settings.initialWorkerPort, settings.initialDistributionPort),
    modelMetrics: modelMetrics.map(({ name, unit, type, dimensions }) => ({ name, unit, type, dimensions })),
    environment: hideVariables(workerVariables(env, settings), settings.blacklistEnvVars),
    extractInto: folder.models,
    hub,
    log: logs.server,
    clock: systemClock,
  };
}

/** What TorchServe tells its workers in their environment. */
function workerVariables(env: NodeJS.ProcessEnv, settings: Settings): NodeJS.ProcessEnv {
  return {
    ...env,
    TS_DECODE_INPUT_REQUEST: String(settings.decodeInputRequest),
    TS_IPEX_ENABLE: String(settings.ipexEnable),
    TS_IPEX_GPU_ENABLE: String(settings.ipexGpuEnable),
  };
}

/** TorchServe's line on a GPU, measured now. */
async function gpuUsage(index: number): Promise<string> {
  try {
    const found = (await sampleGpus()).find((sample) => sample.index === index);
    if (!found) return 'failed to obtained gpu usage';
    const { utilizationPercent, memoryPercent, memoryUsedMb } = found;
    return (
      `gpuId::${index} utilization.gpu::${utilizationPercent} % ` +
      `utilization.memory::${Math.round(memoryPercent)} % memory.used::${memoryUsedMb} MiB`
    );
  } catch {
    return 'failed to obtained gpu usage';
  }
}
