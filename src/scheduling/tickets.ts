import type { WorkerState } from '../core/events.js';

/** What tickets need to know of a worker. */
export interface TicketWorker {
  readonly state: WorkerState;
  /** Batches it may be sent now. */
  readonly credits: number;
  /** Jobs it has and has not answered. */
  readonly inFlight: number;
}

/**
 * TorchServe's `useJobTicket`: so many requests could be taken up at once, waiting ones included. Without rounds that is
 * one per worker that has nothing to do; in continuous batching, the free places of all workers; where a worker is sent
 * one request after the other (`asyncCommunication`), its credits.
 */
export function ticketsOf(workers: readonly TicketWorker[], seats: Seats): number {
  let tickets = 0;
  for (const worker of workers) if (worker.state === 'ready') tickets += seatsAt(worker, seats);
  return tickets;
}

/** How a worker takes jobs up. */
export type Seats =
  | { readonly kind: 'batch' }
  | { readonly kind: 'rounds'; readonly perWorker: number }
  | { readonly kind: 'credits' };

function seatsAt({ credits, inFlight }: TicketWorker, seats: Seats): number {
  if (seats.kind === 'rounds') return Math.max(0, seats.perWorker - inFlight);
  if (seats.kind === 'credits') return credits;
  return credits > 0 && inFlight === 0 ? 1 : 0;
}
