import { afterEach, describe, expect, it, vi } from 'vitest';
import { printError } from '../../src/commands/print-error.js';
import { serveError } from '../../src/core/errors.js';

afterEach(() => vi.restoreAllMocks());

function printed(error: unknown): { code: number; text: string } {
  let text = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  return { code: printError(error), text };
}

describe('an error on the command line', () => {
  it('says what went wrong and what to do, and gives the exit code', () => {
    const error = serveError('ARCHIVE_MISSING', { path: 'm.mar' });
    expect(printed(error)).toEqual({ code: 1, text: `m.mar does not exist.\n${error.hint}\n` });
    const usage = serveError('ARCHIVE_USAGE', { reason: 'No.', command: 'ts archive' });
    expect(printed(usage).code).toBe(2);
  });

  it('is a plain message when it is none of ours', () => {
    expect(printed(new Error('unexpected'))).toEqual({ code: 1, text: 'unexpected\n' });
  });
});
