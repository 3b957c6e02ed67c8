import { afterEach, describe, expect, it, vi } from 'vitest';
import { runInterruptible } from '../../../src/commands/bench/interruptible.js';
import { serveError } from '../../../src/core/errors.js';

const exitCode = process.exitCode;

afterEach(() => {
  process.exitCode = exitCode;
  vi.restoreAllMocks();
});

describe('a measurement that can be interrupted', () => {
  it('is told by the signal, may end in its own way, and leaves no listener behind', async () => {
    const before = process.listenerCount('SIGHUP');
    await runInterruptible(async (signal) => {
      process.emit('SIGHUP');
      return signal.aborted ? 130 : 0;
    });
    expect(process.exitCode).toBe(130);
    expect(process.listenerCount('SIGHUP')).toBe(before);
  });

  it('may be heard by many requests at a time', async () => {
    const warned = vi.fn();
    process.on('warning', warned);
    await runInterruptible(async (signal) => {
      for (let at = 0; at < 64; at += 1) signal.addEventListener('abort', () => undefined);
      await new Promise(setImmediate);
      return 0;
    });
    process.off('warning', warned);
    expect(warned).not.toHaveBeenCalled();
  });

  it('prints what it throws and takes the exit code of that', async () => {
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    await runInterruptible(() => Promise.reject(serveError('FILE_NOT_FOUND', { flag: 'input', path: 'x' })));
    expect(process.exitCode).not.toBe(0);
    expect(said.mock.calls.flat().join('')).toContain('x');
  });
});
