import { describe, expect, it } from 'vitest';
import { untilInterrupted } from '../../../src/commands/archive/interrupt.js';

describe('something that can be interrupted', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('is told of %s', async (signal) => {
    const aborted = await untilInterrupted(async (stop) => {
      process.emit(signal);
      return stop.aborted;
    });
    expect(aborted).toBe(true);
  });

  it('listens no longer when it is over, however it ends', async () => {
    const before = process.listenerCount('SIGINT') + process.listenerCount('SIGTERM');
    await expect(
      untilInterrupted(async () => {
        throw new Error('failed');
      }),
    ).rejects.toThrow('failed');
    expect(process.listenerCount('SIGINT') + process.listenerCount('SIGTERM')).toBe(before);
  });
});
