import { type ServeError, serveError } from '../core/errors.js';
import type { WorkerFailure } from '../core/failure.js';
import { placeOf } from './place.js';
import type { Ending } from './spawn.js';

/** Why a worker ended that nobody had asked to. */
export interface Death {
  /** TorchServe's: 507 when it was killed for want of memory, else 500. */
  readonly status: 500 | 507;
  /** A sentence for operators. */
  readonly reason: string;
  /** How its process ended, if that is what happened. */
  readonly exitCode?: number | undefined;
  readonly signal?: NodeJS.Signals | undefined;
  /** Wall clock, ms. */
  readonly at?: number;
}

/** What the end of a process says that the server did not bring about itself. */
export function deathByExit({ exitCode, signal, error }: Ending): Death {
  if (error) return { status: 500, reason: `The worker process could not be started: ${error.message}.` };
  const end = { exitCode, signal };
  if (signal === 'SIGKILL' || exitCode === 137) {
    const reason = 'The worker was killed from outside, as systems do when memory runs out.';
    return { status: 507, reason, ...end };
  }
  if (signal) return { status: 500, reason: `The worker was ended by ${signal}.`, ...end };
  return { status: 500, reason: `The worker ended with exit code ${exitCode ?? 'unknown'}.`, ...end };
}

/** All that is known of a death; `lines` are the last on stderr, `directory` is the model's. */
export function failureOf(death: Death, lines: readonly string[], directory: string): WorkerFailure {
  // Who is killed from outside has no time to say where it was: what stands there is of an earlier request.
  const told = death.signal === 'SIGKILL' ? [] : lines;
  return {
    reason: death.reason,
    place: placeOf(death.reason, told, directory),
    exitCode: death.exitCode,
    signal: death.signal,
    outOfMemory: death.status === 507,
    time: new Date(death.at ?? 0).toISOString(),
    lastLines: lines,
  };
}

/** What is answered to the requests that a worker had. */
export function diedError(failure: WorkerFailure | undefined): ServeError {
  return serveError(failure?.outOfMemory ? 'WORKER_OUT_OF_MEMORY' : 'WORKER_DIED', {}, { failure });
}

/** The reason with the last lines the worker wrote to stderr below it. */
export function withLastWords({ reason, place, lastLines }: WorkerFailure): string {
  const where = place === undefined || reason.includes(place) ? reason : `${reason} It was at ${place}.`;
  return lastLines.length === 0 ? where : `${where} Its last words:\n${lastLines.join('\n')}`;
}
