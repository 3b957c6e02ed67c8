import { describe, expect, it } from 'vitest';
import { namesParent } from '../../src/store/relative-path.js';

describe('a name that leaves its folder', () => {
  it.each([
    '..',
    '../a.mar',
    'a/../../b.mar',
    '..\\a.mar',
    '%2e%2e/a.mar',
    '%2E%2e%2fa.mar',
    '.%2e/a.mar',
    '%252e%252e%252fa.mar',
    '%25252e%25252e/a.mar',
    '..%5ca.mar',
    '%zz%2e%2e/a.mar',
    'http://host/%2e%2e/a.mar',
    `%${'25'.repeat(20)}2e`,
  ])('%s is found', (text) => {
    expect(namesParent(text)).toBe(true);
  });

  it.each(['a.mar', './a.mar', 'http://host/a.b.mar?x=%20', 'a%2eb', '100%.mar'])(
    '%s is let through',
    (text) => {
      expect(namesParent(text)).toBe(false);
    },
  );
});
