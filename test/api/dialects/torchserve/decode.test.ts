import { describe, expect, it } from 'vitest';
import { decode, type Target } from '../../../../src/api/dialects/torchserve/decode.js';
import type { InferenceRequest } from '../../../../src/core/inference.js';
import { joined } from '../../../../src/core/pieces.js';
import { aCall } from './a-call.js';

const TARGET: Target = { model: 'm', verb: 'predict', headers: { url_path: '', explain: 'False' } };
const LIMITS = { maxParts: 3 };

/** Name, content type and text of every part. */
function partsOf({ parts }: InferenceRequest): string[][] {
  return parts.map(({ name, contentType, pieces }) => [name, contentType, joined(pieces).toString()]);
}

describe('a predict request', () => {
  it('has its body as one part', async () => {
    const call = aCall({ body: Buffer.from('hi'), headers: { 'Content-Type': 'Text/Plain; charset=utf-8' } });
    expect(partsOf(await decode(call, TARGET, LIMITS))).toEqual([['body', 'text/plain', 'hi']]);
  });

  it('is not waited for when there is no form in it', () => {
    expect(decode(aCall({ body: Buffer.from('hi') }), TARGET, LIMITS)).not.toBeInstanceOf(Promise);
  });

  it('hands the body on uncopied', () => {
    const pieces = [Buffer.from('h'), Buffer.from('i')];
    const request = decode(aCall({ pieces }), TARGET, LIMITS) as InferenceRequest;
    expect(request.parts[0]?.pieces).toBe(pieces);
    expect(request.headers['content-length']).toBe('2');
  });

  it('has the fields of a form as parts without a content type', async () => {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const call = aCall({ body: Buffer.from('data=a+b&n=%C3%BC&n='), headers });
    expect(partsOf(await decode(call, TARGET, LIMITS))).toEqual([
      ['data', '', 'a b'],
      ['n', '', 'ü'],
      ['n', '', ''],
    ]);
  });

  it('has no parts when the form has no equals sign', async () => {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    expect(partsOf(await decode(aCall({ body: Buffer.from('hi'), headers }), TARGET, LIMITS))).toEqual([]);
  });

  it('refuses more fields than max_form_parts', () => {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    expect(() => decode(aCall({ body: Buffer.from('a=1&a=2&a=3&a=4'), headers }), TARGET, LIMITS)).toThrow(
      expect.objectContaining({ status: 400, message: 'The form has more than 3 parts.' }),
    );
  });

  it('hands the query on only where the path is an older one', async () => {
    const call = aCall({ query: 'a=1&b=%26', body: Buffer.from('hi') });
    expect(partsOf(await decode(call, TARGET, LIMITS))).toEqual([['body', '', 'hi']]);
    expect(partsOf(await decode(call, { ...TARGET, takesQuery: true }, LIMITS))).toEqual([
      ['a', '', '1'],
      ['b', '', '&'],
      ['body', '', 'hi'],
    ]);
  });

  it('keeps the letter case of headers, and the last of repeats', async () => {
    const call = aCall({ rawHeaders: ['X-One', 'a', 'x-one', 'b', 'X-One', 'c'] });
    expect((await decode(call, TARGET, LIMITS)).headers).toEqual({
      'X-One': 'c',
      'x-one': 'b',
      'content-length': '0',
      url_path: '',
      explain: 'False',
    });
  });

  it('does not let a client replace the headers of the server', async () => {
    const call = aCall({ headers: { explain: 'True', url_path: '/etc' } });
    expect((await decode(call, TARGET, LIMITS)).headers).toMatchObject({ explain: 'False', url_path: '' });
  });

  it('says how long a chunked body was', async () => {
    const call = aCall({ body: Buffer.from('four'), headers: { 'Transfer-Encoding': 'chunked' } });
    const { headers } = await decode(call, TARGET, LIMITS);
    expect(headers).not.toHaveProperty('Transfer-Encoding');
    expect(headers['content-length']).toBe('4');
  });

  it('keeps the content-length a client sent', async () => {
    const { headers } = await decode(aCall({ headers: { 'Content-Length': '4' } }), TARGET, LIMITS);
    expect(headers).toMatchObject({ 'Content-Length': '4' });
    expect(headers).not.toHaveProperty('content-length');
  });
});
