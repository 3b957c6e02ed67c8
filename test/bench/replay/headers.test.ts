import { describe, expect, it } from 'vitest';
import { parseHeaders } from '../../../src/bench/replay/headers.js';

describe('headers for a replay', () => {
  it('have names in lower case, and values that may hold colons', () => {
    expect(parseHeaders(['Authorization: Bearer a:b', 'x-empty:'])).toEqual({
      authorization: 'Bearer a:b',
      'x-empty': '',
    });
  });

  it.each(['', 'name', ': value', 'a b: c', 'a: b\r\nc: d'])('are not %j', (text) => {
    expect(() => parseHeaders([text])).toThrowError(expect.objectContaining({ code: 'REPLAY_HEADER' }));
  });
});
