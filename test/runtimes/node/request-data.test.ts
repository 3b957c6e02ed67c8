import { describe, expect, it, vi } from 'vitest';
import { decodeRequests } from '../../../src/runtimes/node/request-data.js';
import { job } from './test-context.js';

function decode(parts: readonly [name: string, type: string, bytes: string | Buffer][], decodeInput = true) {
  const bytes = parts.map(([, , content]) => Buffer.from(content));
  const wireParts = parts.map(([name, type], at) => ({ name, type, size: bytes[at]?.length ?? 0 }));
  return decodeRequests([job({ parts: wireParts })], Buffer.concat(bytes), decodeInput)[0];
}

describe('decodeRequests', () => {
  it('parses application/json, makes text of text/*, and leaves everything else as bytes', () => {
    const request = decode([
      ['json', 'application/json', '{"a": [1, "é"]}'],
      ['plain', 'text/plain', 'é'],
      ['csv', 'text/csv', '1,2'],
      ['image', 'image/png', Buffer.from([1, 2, 255])],
      ['none', '', '{}'],
    ]);
    expect(request).toEqual({
      json: { a: [1, 'é'] },
      plain: 'é',
      csv: '1,2',
      image: Buffer.from([1, 2, 255]),
      none: Buffer.from('{}'),
    });
  });

  it('leaves as bytes what is not the JSON or the text it says it is', () => {
    const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
    const request = decode([
      ['json', 'application/json', '{"a":'],
      ['text', 'text/plain', Buffer.from([0xff, 0xfe])],
    ]);
    expect(request).toEqual({ json: Buffer.from('{"a":'), text: Buffer.from([0xff, 0xfe]) });
    expect(printed).toHaveBeenCalledOnce();
    printed.mockRestore();
  });

  it('takes only the exact type for JSON, and nothing is decoded when decode_input_request is off', () => {
    expect(decode([['body', 'application/json; charset=utf-8', '{}']])).toEqual({ body: Buffer.from('{}') });
    for (const type of ['application/json', 'text/plain'])
      expect(decode([['body', type, '{}']], false)).toEqual({ body: Buffer.from('{}') });
  });

  it('lets the last of parts with one name win', () => {
    expect(
      decode([
        ['body', 'text/plain', 'first'],
        ['body', 'text/plain', 'last'],
      ]),
    ).toEqual({ body: 'last' });
  });

  it('takes __proto__ for a name like any other', () => {
    const request = decode([['__proto__', 'application/json', '{"polluted": true}']]) ?? {};
    expect(Object.keys(request)).toEqual(['__proto__']);
    expect((request as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('cuts the body of a batch into the parts of its jobs in order', () => {
    const part = (name: string, size: number) => ({ name, type: 'text/plain', size });
    const jobs = [job({ parts: [part('a', 1), part('b', 2)] }), job({}), job({ parts: [part('a', 3)] })];
    expect(decodeRequests(jobs, Buffer.from('122333'), true)).toEqual([
      { a: '1', b: '22' },
      {},
      { a: '333' },
    ]);
  });
});
