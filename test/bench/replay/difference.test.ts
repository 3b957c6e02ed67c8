import { describe, expect, it } from 'vitest';
import { findDifference } from '../../../src/bench/replay/difference.js';
import type { ReplayAnswer } from '../../../src/bench/replay/send.js';

function answer(body: unknown, status = 200): ReplayAnswer {
  const bytes = Buffer.isBuffer(body)
    ? body
    : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return { kind: 'answered', status, body: bytes };
}

function difference(one: unknown, other: unknown): string | undefined {
  return findDifference(answer(one), answer(other), 1e-5);
}

describe('two answers to one request', () => {
  it.each([
    ['{"a": 1, "b": [2, 3]}', '{"b":[2,3],"a":1.000001}'],
    [[1000], [1000.009]],
    ['plain', 'plain'],
    [{ a: null }, { a: null }],
    [Buffer.from([255, 0]), Buffer.from([255, 0])],
  ])('are the same: %j and %j', (one, other) => {
    expect(difference(one, other)).toBeUndefined();
  });

  it.each([
    [{ a: [1, { 'b c': 2 }] }, { a: [1, { 'b c': 2.1 }] }, '$.a[1]["b c"] is 2 against 2.1'],
    [{ a: 1 }, { a: '1' }, '$.a is 1 against "1"'],
    [{ a: 1, b: 2 }, { a: 1 }, '$.b is missing in the second'],
    [{ a: 1 }, { a: 1, b: 2 }, '$.b is missing in the first'],
    [[1, 2], [1], '$ has 2 elements against 1'],
    [{ a: [] }, { a: {} }, '$.a is a list against an object'],
    [{ a: null }, { a: {} }, '$.a is null against an object'],
    ['one', 'two', 'byte 0 is another'],
    ['plain', 'plainer', '5 bytes against 7'],
    ['{"a":1}', '{"a":1', '7 bytes against 6'],
  ])('differ: %j and %j', (one, other, fault) => {
    expect(difference(one, other)).toBe(fault);
  });

  it('are not compared in their words when both refuse', () => {
    expect(findDifference(answer('no', 404), answer('not here', 404), 0)).toBeUndefined();
    expect(findDifference(answer('no', 404), answer('no', 503), 0)).toBe('status 404 against status 503');
  });

  it('differ when only one server answers', () => {
    const none: ReplayAnswer = { kind: 'unanswered', reason: 'gone' };
    expect(findDifference(answer('a'), none, 0)).toBe('status 200 against no answer (gone)');
    expect(findDifference(none, none, 0)).toBeUndefined();
  });

  it('may be nested as deeply as anyone likes', () => {
    const deep = (inner: string) => `${'['.repeat(5000)}${inner}${']'.repeat(5000)}`;
    expect(difference(deep('1'), deep('2'))).toContain('levels deep');
  });
});
