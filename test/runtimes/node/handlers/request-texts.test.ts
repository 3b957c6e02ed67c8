import { describe, expect, it } from 'vitest';
import { readTexts } from '../../../../src/runtimes/node/handlers/request-texts.js';

describe('readTexts', () => {
  it.each([
    ['plain text', { body: 'hello' }],
    ['bytes without a type', { body: Buffer.from('hello') }],
    ['a JSON string', { body: Buffer.from('"hello"') }],
    ['an object with text', { body: { text: 'hello' } }],
    ['JSON that did not say so', { body: Buffer.from('{"inputs": "hello"}') }],
    ['the part data', { data: Buffer.from('hello') }],
    ['the part text of a form', { text: Buffer.from('hello') }],
  ])('reads %s as one text', (_, request) => {
    expect(readTexts(request, 10)).toEqual({ texts: ['hello'], list: false });
  });

  it.each([
    ['a JSON list', { body: ['a', 'b'] }],
    ['an object with texts', { body: { texts: ['a', 'b'] } }],
    ['an object with inputs', { body: { inputs: ['a', 'b'] } }],
    ['bytes that are a JSON list', { body: Buffer.from('["a", "b"]') }],
  ])('reads %s as several', (_, request) => {
    expect(readTexts(request, 10)).toEqual({ texts: ['a', 'b'], list: true });
  });

  it('takes text that only looks like JSON for text', () => {
    expect(readTexts({ body: Buffer.from('[sic] he said') }, 10).texts).toEqual(['[sic] he said']);
  });

  it.each([
    ['numbers', { body: [1] }],
    ['an empty list', { body: [] }],
    ['an object without text', { body: { label: 'x' } }],
    ['nothing', {}],
  ])('refuses %s with 400', (_, request) => {
    expect(() => readTexts(request, 10)).toThrow(expect.objectContaining({ errorCode: 400 }));
  });

  it('says of a form without parts that the content type is missing', () => {
    expect(() => readTexts({}, 10)).toThrow('form without parts');
  });

  it('refuses more texts than the limit', () => {
    expect(() => readTexts({ body: ['a', 'b', 'c'] }, 2)).toThrow(
      '3 texts are above the limit of 2 a request.',
    );
  });
});
