import { describe, expect, it } from 'vitest';
import { deathByExit, withLastWords } from '../../src/workers/death.js';

const NO_END = { exitCode: undefined, signal: undefined, error: undefined };

describe('the end of a worker process', () => {
  it.each([
    [{ exitCode: 3 }, 500, 'The worker ended with exit code 3.'],
    [{ exitCode: 0 }, 500, 'The worker ended with exit code 0.'],
    [{ signal: 'SIGSEGV' as const }, 500, 'The worker was ended by SIGSEGV.'],
    [
      { signal: 'SIGKILL' as const },
      507,
      'The worker was killed from outside, as systems do when memory runs out.',
    ],
    [{ exitCode: 137 }, 507, 'The worker was killed from outside, as systems do when memory runs out.'],
    [{ error: new Error('spawn x ENOENT') }, 500, 'The worker process could not be started: spawn x ENOENT.'],
  ])('%j has a status and a reason', (end, status, reason) => {
    expect(deathByExit({ ...NO_END, ...end })).toEqual({ status, reason });
  });

  it('is explained by its last words, if it had any', () => {
    expect(withLastWords('It died.', [])).toBe('It died.');
    expect(withLastWords('It died.', ['Traceback', 'ImportError'])).toBe(
      'It died. Its last words:\nTraceback\nImportError',
    );
  });
});
