import { describe, expect, it } from 'vitest';
import { parseValues } from '../../../src/bench/tune/values.js';

describe('a list of values to try', () => {
  it('is in order and has each once', () => {
    expect(parseValues('--workers', '4, 1,2,2', 8)).toEqual([1, 2, 4]);
  });

  it.each(['', '0', '1,', '9', '1.5', 'two', Array.from({ length: 33 }, (_, n) => n + 1).join()])(
    'is not %j',
    (text) => {
      const max = text.length > 10 ? 100 : 8;
      expect(() => parseValues('--workers', text, max)).toThrowError(
        expect.objectContaining({ code: 'TUNE_VALUES', message: expect.stringContaining('--workers') }),
      );
    },
  );
});
