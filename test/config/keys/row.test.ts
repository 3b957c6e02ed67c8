import { describe, expect, it } from 'vitest';
import { later, never, now } from '../../../src/config/keys/row.js';

describe('a row of the table of keys', () => {
  it('says what setting the key does', () => {
    expect(now('int', '1', 'Doc.', { min: 1 })).toEqual({
      type: 'int',
      default: '1',
      effect: 'now',
      doc: 'Doc.',
      min: 1,
    });
    expect(later('bool', 'false', 'Doc.').effect).toBe('later');
    expect(never('string', undefined, 'Doc.', { note: 'because' })).toMatchObject({
      effect: 'never',
      note: 'because',
    });
  });
});
