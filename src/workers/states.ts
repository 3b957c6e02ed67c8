import type { WorkerState } from '../core/events.js';

/**
 * The life of a worker. `failed` is an end that nobody asked for, `stopped` one that was; neither is left again, since
 * a restart makes a new worker.
 */
const NEXT_STATES: Readonly<Record<WorkerState, readonly WorkerState[]>> = {
  starting: ['loading', 'draining', 'failed'],
  loading: ['ready', 'draining', 'failed'],
  ready: ['draining', 'failed'],
  draining: ['stopped', 'failed'],
  stopped: [],
  failed: [],
};

export function mayBecome(from: WorkerState, to: WorkerState): boolean {
  return NEXT_STATES[from].includes(to);
}

/** True for a worker whose life is over. */
export function isOver(state: WorkerState): boolean {
  return NEXT_STATES[state].length === 0;
}
