import { describe, expect, it } from 'vitest';
import { type Death, deathByExit, diedError, failureOf, withLastWords } from '../../src/workers/death.js';

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
  ])('%j has a status and a reason', (end, status, reason) => {
    const { error, ...rest } = { ...NO_END, ...end };
    expect(deathByExit({ ...rest, error })).toEqual({ status, reason, ...rest });
  });

  it('may be that it never began', () => {
    expect(deathByExit({ ...NO_END, error: new Error('spawn x ENOENT') })).toEqual({
      status: 500,
      reason: 'The worker process could not be started: spawn x ENOENT.',
    });
  });
});

const death: Death = { status: 500, reason: 'It died.', exitCode: 3, at: 1000 };

describe('a failure', () => {
  it('is all that is known of a death', () => {
    expect(failureOf(death, ['File "/models/m/handler.py", line 7'], '/models/m')).toEqual({
      reason: 'It died.',
      place: 'handler.py:7',
      exitCode: 3,
      signal: undefined,
      outOfMemory: false,
      time: '1970-01-01T00:00:01.000Z',
      lastLines: ['File "/models/m/handler.py", line 7'],
    });
  });

  it('has no place when the worker was killed from outside: earlier words tell none', () => {
    const killed = { ...death, exitCode: undefined, signal: 'SIGKILL' } as const;
    const failure = failureOf(killed, ['File "/models/m/handler.py", line 7'], '/models/m');
    expect(failure).toMatchObject({ place: undefined, lastLines: [expect.stringContaining('line 7')] });
    const told = { ...killed, reason: 'MemoryError (/models/m/handler.py:9)' };
    expect(failureOf(told, [], '/models/m').place).toBe('handler.py:9');
  });

  it('is told with its place and its last words, if it had any', () => {
    expect(withLastWords(failureOf(death, [], '/m'))).toBe('It died.');
    expect(withLastWords(failureOf(death, ['File "/m/h.py", line 7', 'oh'], '/m'))).toBe(
      'It died. It was at h.py:7. Its last words:\nFile "/m/h.py", line 7\noh',
    );
    const told = { ...death, reason: 'ValueError: oh (/m/h.py:7)' };
    expect(withLastWords(failureOf(told, [], '/m'))).toBe('ValueError: oh (/m/h.py:7)');
  });

  it('is answered in TorchServe’s words, with 507 for want of memory', () => {
    const failure = failureOf(death, [], '/m');
    expect(diedError(failure)).toMatchObject({ status: 500, message: 'Worker died.', failure });
    const starved = failureOf({ ...death, status: 507 }, [], '/m');
    expect(diedError(starved)).toMatchObject({ status: 507, message: 'Worker died.' });
    expect(diedError(undefined)).toMatchObject({ status: 500 });
  });
});
