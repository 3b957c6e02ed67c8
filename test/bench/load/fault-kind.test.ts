import { describe, expect, it } from 'vitest';
import { faultKind } from '../../../src/bench/load/fault-kind.js';

describe('the kind of a failed request', () => {
  it.each([
    ['status 503: {"code": 503}', 'status 503'],
    ['status 404: empty', 'status 404'],
    ['the answer is "1", the truth "7"', 'wrong answer'],
    ['the answer has no labels: x', 'wrong answer'],
    ['no answer within 60 s', 'timeout'],
    ['request timed out', 'timeout'],
    ['connect ECONNREFUSED 127.0.0.1:1', 'connection'],
    ['the answer broke off', 'connection'],
    ['', 'connection'],
  ])('of "%s" is %s', (fault, kind) => {
    expect(faultKind(fault)).toBe(kind);
  });
});
