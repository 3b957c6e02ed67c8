import { describe, expect, it } from 'vitest';
import { type TicketWorker, ticketsOf } from '../../src/scheduling/tickets.js';

function worker(wishes: Partial<TicketWorker> = {}): TicketWorker {
  return { state: 'ready', credits: 1, inFlight: 0, ...wishes };
}

describe('job tickets', () => {
  it('are one for each worker that has nothing to do, whatever its credits', () => {
    const workers = [worker({ credits: 4 }), worker({ credits: 3, inFlight: 1 }), worker({ credits: 0 })];
    expect(ticketsOf(workers, { kind: 'batch' })).toBe(1);
  });

  it('are the free places of all rounds', () => {
    const workers = [worker({ credits: 0, inFlight: 3 }), worker(), worker({ inFlight: 9 })];
    expect(ticketsOf(workers, { kind: 'rounds', perWorker: 4 })).toBe(1 + 4);
  });

  it('are the credits of workers with calls side by side', () => {
    expect(ticketsOf([worker({ credits: 5, inFlight: 3 })], { kind: 'credits' })).toBe(5);
  });

  it('are none of a worker that is not ready', () => {
    const workers = [worker({ state: 'loading' }), worker({ state: 'draining' })];
    for (const seats of [{ kind: 'batch' }, { kind: 'credits' }, { kind: 'rounds', perWorker: 2 }] as const)
      expect(ticketsOf(workers, seats)).toBe(0);
  });
});
