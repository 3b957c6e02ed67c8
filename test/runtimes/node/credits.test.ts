import { describe, expect, it } from 'vitest';
import { CreditWindow } from '../../../src/runtimes/node/credits.js';

function windowAfter(window: CreditWindow, batches: number, handlerMs: number, start: number): number {
  let size = start;
  for (let batch = 0; batch < batches; batch += 1) size += window.afterBatch(handlerMs) - 1;
  return size;
}

describe('CreditWindow', () => {
  it('opens batch by batch up to its maximum while the handler is short', () => {
    const window = new CreditWindow(4);
    expect([0, 1, 2, 3, 4].map(() => window.afterBatch(0.01))).toEqual([2, 2, 2, 1, 1]);
  });

  it('stays at one batch for a handler that takes its time', () => {
    const window = new CreditWindow(4);
    expect([5, 70, 2].map((ms) => window.afterBatch(ms))).toEqual([1, 1, 1]);
  });

  it('closes again, but never below one, when the handler grows long', () => {
    const window = new CreditWindow(4);
    const open = windowAfter(window, 10, 0.01, 1);
    expect(open).toBe(4);
    expect(windowAfter(window, 100, 20, open)).toBe(1);
  });

  it('holds about a millisecond of work', () => {
    expect(windowAfter(new CreditWindow(16), 100, 0.02, 1)).toBe(16);
    expect(windowAfter(new CreditWindow(16), 100, 0.19, 1)).toBe(5);
    expect(windowAfter(new CreditWindow(16), 100, 0.6, 1)).toBe(1);
  });

  it('does not flap between its two limits', () => {
    const window = new CreditWindow(4);
    const open = windowAfter(window, 10, 0.01, 1);
    expect(windowAfter(window, 100, 0.45, open)).toBe(4);
  });

  it('keeps one batch when the maximum is one', () => {
    expect(windowAfter(new CreditWindow(1), 20, 0.01, 1)).toBe(1);
  });
});
