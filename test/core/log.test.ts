import { afterEach, describe, expect, it, vi } from 'vitest';
import { silentLog } from '../../src/core/log.js';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the silent log', () => {
  it('takes every level and writes nothing', () => {
    const streams = [process.stdout, process.stderr].map((stream) =>
      vi.spyOn(stream, 'write').mockReturnValue(true),
    );
    for (const level of ['debug', 'info', 'warn', 'error'] as const) silentLog[level](`a line of ${level}`);
    for (const write of streams) expect(write).not.toHaveBeenCalled();
  });
});
