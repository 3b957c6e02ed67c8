import { rm } from 'node:fs/promises';
import type { OpenedArchive } from '../archive/open.js';
import type { ModelSettings } from '../config/for-model.js';
import type { Settings } from '../config/keys.js';
import { serveError } from '../core/errors.js';
import type { InferenceRequest } from '../core/inference.js';
import type { Job } from '../core/job.js';
import type { Servable } from '../core/servable.js';
import type { Runtime } from '../runtimes/runtime.js';
import { admit, type Line } from '../scheduling/admission.js';
import { identify, type SequenceHeaders } from '../scheduling/identify.js';
import { hasRounds, largestBatch, makeScheduler, type Scheduler } from '../scheduling/scheduler.js';
import type { WaitingRoom } from '../scheduling/waiting-room.js';
import type { Fetched } from '../store/model-store.js';
import { type StartWorker, WorkerGroup } from '../workers/group.js';
import type { ModelServices } from './services.js';

export interface ModelVersionOptions {
  readonly name: string;
  readonly version: string;
  readonly fetched: Fetched;
  readonly opened: OpenedArchive;
  /** The manifest's word. */
  readonly runtimeName: string;
  readonly runtime: Runtime;
  /** Empty: chosen by the runtime. */
  readonly handler: string;
  readonly modelConfig: Readonly<Record<string, unknown>>;
  readonly settings: ModelSettings;
  readonly loadedAtStartup: boolean;
  /** Threads for a worker that is started now. */
  readonly threads: () => number;
  readonly services: ModelServices;
}

/** What a frame of answers may hold beside the answers: names, headers, statuses. */
const FRAME_SLACK_BYTES = 16 * 1024 * 1024;

/** A registered archive with its settings, its queue and its workers. */
export class ModelVersion implements Servable {
  readonly name: string;
  readonly version: string;
  /** As it was asked for. */
  readonly url: string;
  readonly runtimeName: string;
  /** Empty: chosen by the runtime. */
  readonly handler: string;
  /** Where its files are. */
  readonly directory: string;
  readonly settings: ModelSettings;
  readonly loadedAtStartup: boolean;
  readonly queue: WaitingRoom;
  readonly group: WorkerGroup;
  readonly #options: ModelVersionOptions;
  readonly #scheduler: Scheduler;
  readonly #sequenceHeaders: SequenceHeaders;
  readonly #line: Line;
  #stopping = false;
  #scaled = false;

  constructor(options: ModelVersionOptions) {
    const { name, version, settings, services } = options;
    const { hub, clock } = services;
    this.#options = options;
    this.name = name;
    this.version = version;
    this.url = options.fetched.url;
    this.runtimeName = options.runtimeName;
    this.handler = options.handler;
    this.directory = options.opened.directory;
    this.settings = settings;
    this.loadedAtStartup = options.loadedAtStartup;
    this.#sequenceHeaders = sequenceHeaders(services.settings);
    this.group = this.#makeGroup();
    const { group } = this;
    const sequenceEndHeader = this.#sequenceHeaders.end;
    this.#scheduler = makeScheduler({ model: name, settings, group, clock, sequenceEndHeader });
    const { queue, dispatcher, tickets } = this.#scheduler;
    this.queue = queue;
    this.#line = {
      model: name,
      version,
      queue,
      group,
      dispatcher,
      hub,
      clock,
      clientTimeoutMs: settings.clientTimeoutMs,
      maxBufferedBytes: services.settings.streamBufferBytes,
      tickets,
      stopping: () => this.#stopping,
    };
  }

  /** Workers that are not given up. */
  get healthyWorkers(): number {
    return this.group.workers.filter(({ healthy }) => healthy).length;
  }

  /** Workers it keeps, or will keep once it is scaled for the first time. */
  get wantedWorkers(): number {
    return this.#scaled ? this.group.minWorkers : this.settings.minWorkers;
  }

  /** Whether its workers compute on GPUs. */
  get onGpu(): boolean {
    return this.settings.deviceType !== 'cpu' && this.#options.services.placement.devices.length > 0;
  }

  /** Takes a request in. Throws NO_WORKER, NO_DESCRIBE_WORKER, SERVER_STOPPING. */
  admit(request: InferenceRequest): Job {
    if (!this.settings.sequenceBatching) return admit(this.#line, request);
    return admit(this.#line, identify(request, this.#sequenceHeaders));
  }

  /** Sets how many workers there should be; see WorkerGroup.scale. Observers hear of it at once. */
  async scale(minWorkers: number, maxWorkers: number, start?: StartWorker): Promise<void> {
    const scaled = this.group.scale(minWorkers, maxWorkers, start);
    this.#scaled = true;
    const { hub } = this.#options.services;
    hub.emit('model.changed', { model: this.name, version: this.version, change: 'scaled' });
    await scaled;
  }

  /** Admits nobody any more. */
  refuse(): void {
    this.#stopping = true;
  }

  /**
   * Refuses new requests, answers those that wait and run within `drainMs`, ends the workers, and removes what was
   * extracted or fetched for this registration.
   */
  async close(drainMs: number): Promise<void> {
    this.refuse();
    const { fetched, opened, runtime } = this.#options;
    await this.#scheduler.dispatcher.drain(drainMs);
    await this.group.stop(drainMs);
    await runtime.release?.();
    await opened.close();
    if (fetched.remote) await rm(fetched.path, { force: true });
  }

  /** Like `close`, and gives up with UNREGISTER_TIMEOUT after `limitMs`; the closing then goes on by itself. */
  async closeWithin(limitMs: number, drainMs: number): Promise<void> {
    const closed = this.close(drainMs);
    let stopTimer = (): void => {};
    const late = new Promise<'late'>((resolve) => {
      stopTimer = this.#options.services.clock.after(limitMs, () => resolve('late'));
    });
    const first = await Promise.race([closed, late]);
    stopTimer();
    if (first === 'late') throw serveError('UNREGISTER_TIMEOUT', { model: this.name });
  }

  /**
   * A number of threads that somebody chose is told to every library; a mere share is each runtime's to obey. Handlers of
   * TorchServe read the names of the sequence headers from the environment.
   */
  #environment(): ModelServices['environment'] {
    const { settings, services } = this.#options;
    const { id, start, end } = this.#sequenceHeaders;
    const names = {
      TS_REQUEST_SEQUENCE_ID: id,
      TS_REQUEST_SEQUENCE_START: start,
      TS_REQUEST_SEQUENCE_END: end,
    };
    return {
      ...services.environment,
      ...(settings.threads === undefined ? {} : { OMP_NUM_THREADS: String(settings.threads) }),
      ...(settings.sequenceBatching ? names : {}),
    };
  }

  #makeGroup(): WorkerGroup {
    const { name, version, opened, handler, modelConfig, settings, services } = this.#options;
    const { maxResponseSize, limitMaxImagePixels, decodeInputRequest, workerStartupTimeout } =
      services.settings;
    return new WorkerGroup({
      ...services,
      environment: this.#environment(),
      model: name,
      version,
      runtime: this.#options.runtime,
      settings,
      threads: this.#options.threads,
      load: {
        model: name,
        version,
        directory: opened.directory,
        manifest: opened.manifest ?? {},
        handler,
        modelConfig,
        batchSize: settings.batchSize,
        limitMaxImagePixels,
        decodeInput: decodeInputRequest,
        maxResponseBytes: maxResponseSize,
        envelope: services.settings.serviceEnvelope ?? '',
        asyncCommunication: settings.asyncCommunication,
        modelMetrics: services.modelMetrics,
        continuousBatching: hasRounds(settings),
      },
      limits: {
        startMs: workerStartupTimeout * 1000,
        drainMs: services.settings.drainTimeout * 1000,
        maxFrameBytes: maxResponseSize * largestBatch(settings) + FRAME_SLACK_BYTES,
        maxLineBytes: services.settings.workerLineBytes,
        outputBytesPerSec: services.settings.workerOutputRate,
      },
      onCredit: () => this.#scheduler.dispatcher.wake(),
      onLost: () => this.#scheduler.dispatcher.wake(),
      onGivenUp: (error) => this.queue.failAll(error, services.clock.now()),
    });
  }
}

function sequenceHeaders(settings: Settings): SequenceHeaders {
  return {
    id: settings.tsHeaderKeySequenceId,
    start: settings.tsHeaderKeySequenceStart,
    end: settings.tsHeaderKeySequenceEnd,
  };
}
