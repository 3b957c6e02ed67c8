import type { Job } from './job.js';

/** The life of a worker; the transition table is in `workers/states.ts`. */
export type WorkerState = 'starting' | 'loading' | 'ready' | 'draining' | 'stopped' | 'failed';

/** What observers may know of a worker. `id` is TorchServe's: a number counted up from `initial_worker_port`. */
export interface WorkerFacts {
  readonly id: string;
  readonly model: string;
  readonly version: string;
  readonly state: WorkerState;
  readonly pid: number | undefined;
  /** All processes of a group of ranks; absent for a worker of one process. */
  readonly pids?: readonly number[];
  readonly startedAt: number;
  /** Milliseconds from spawn to READY; undefined until then. */
  readonly loadMs: number | undefined;
}

/** Values measured by a handler or by the worker's own loop. */
export interface WorkerMetric {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly dimensions: Readonly<Record<string, string>>;
  readonly requestIds: readonly string[];
}

/** One answered HTTP request, for the access log and the status counters. */
export interface HttpExchange {
  /** `/127.0.0.1:53514`, or `127.0.0.1` on a Unix socket, as TorchServe writes it. */
  readonly remote: string;
  readonly method: string;
  readonly uri: string;
  /** `HTTP/1.1`. */
  readonly protocol: string;
  readonly status: number;
  readonly durationMs: number;
}

/** Facts that observers may count or log. Payloads carry whole objects, so that a new metric edits no other room. */
export interface Events {
  'job.admitted': { readonly job: Job; readonly model: string; readonly version: string };
  /** Emitted before admission is tried, also for requests that are then refused. */
  'job.requested': { readonly model: string; readonly version: string | undefined };
  'job.sent': { readonly job: Job; readonly worker: WorkerFacts };
  'job.settled': { readonly job: Job; readonly model: string; readonly version: string };
  /** A batch came back: `handlerMs` is the handler's own time, `frontMs` the rest of the round. */
  'batch.done': {
    readonly worker: WorkerFacts;
    readonly jobs: readonly Job[];
    readonly handlerMs: number;
    readonly frontMs: number;
  };
  'worker.state': { readonly worker: WorkerFacts; readonly from: WorkerState | undefined };
  'worker.metric': { readonly worker: WorkerFacts; readonly metric: WorkerMetric };
  'worker.output': {
    readonly worker: WorkerFacts;
    readonly stream: 'stdout' | 'stderr';
    readonly line: string;
  };
  /** Printed by a program that made ready what a model needs, before it had workers. */
  'model.output': {
    readonly model: string;
    readonly version: string;
    readonly stream: 'stdout' | 'stderr';
    readonly line: string;
  };
  'model.changed': { readonly model: string; readonly version: string; readonly change: ModelChange };
  'http.answered': HttpExchange;
}

export type ModelChange = 'registered' | 'unregistered' | 'scaled' | 'default-set';
export type EventName = keyof Events;
type Observer<Name extends EventName> = (event: Events[Name]) => void;

/** A typed list of observers. Observers run synchronously, in the order they came, and must not throw. */
export class EventHub {
  readonly #observers = new Map<EventName, Observer<never>[]>();

  /** Adds an observer; the returned function removes it. */
  on<Name extends EventName>(name: Name, observer: Observer<Name>): () => void {
    const observers = this.#observers.get(name) ?? [];
    this.#observers.set(name, [...observers, observer as Observer<never>]);
    return () => {
      const left = (this.#observers.get(name) ?? []).filter((other) => other !== observer);
      this.#observers.set(name, left);
    };
  }

  emit<Name extends EventName>(name: Name, event: Events[Name]): void {
    const observers = this.#observers.get(name);
    if (!observers) return;
    for (const observer of observers) (observer as Observer<Name>)(event);
  }
}
