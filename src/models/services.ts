import type { Settings } from '../config/keys.js';
import type { Clock } from '../core/clock.js';
import type { EventHub } from '../core/events.js';
import type { Log } from '../core/log.js';
import type { Runtime } from '../runtimes/runtime.js';
import type { ModelStore } from '../store/model-store.js';
import type { WireMetricDefinition } from '../wire/frames.js';
import type { BusyPoll } from '../workers/busy-poll.js';
import type { WorkerConnections } from '../workers/connection.js';
import type { Placement } from '../workers/placement.js';

/** What all models of a server share; made once by `server/build.ts`. */
export interface ModelServices {
  readonly settings: Settings;
  readonly store: ModelStore;
  /** In the order they are tried. */
  readonly runtimes: readonly Runtime[];
  readonly connections: WorkerConnections;
  readonly busyPoll: BusyPoll;
  readonly placement: Placement;
  /** CPUs to share among all workers. */
  readonly cores: number;
  /** The next of TorchServe's worker numbers; see `workerIds`. */
  readonly nextWorkerId: (parallelLevel: number) => string;
  /** The server's environment as workers may see it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Metrics of the metrics file, for handlers. */
  readonly modelMetrics: readonly WireMetricDefinition[];
  /** Folder that archives are extracted into. */
  readonly extractInto: string;
  readonly hub: EventHub;
  readonly log: Log;
  readonly clock: Clock;
}
