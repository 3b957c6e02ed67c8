import { describe, expect, it } from 'vitest';
import { type KeyType, now } from '../../../src/config/keys/row.js';
import { readValue, WrongValue } from '../../../src/config/read/value.js';

function read(type: KeyType, text: string | undefined, options = {}): unknown {
  return readValue(now(type, undefined, 'Doc.', options), text, (path) => `/cwd/${path}`);
}

describe('a value', () => {
  it.each([
    ['string', ' as it is ', ' as it is '],
    ['path', 'models', '/cwd/models'],
    ['int', ' 42 ', 42],
    ['long', '68719476736', 68_719_476_736],
    ['double', '0.5', 0.5],
    ['bool', 'TRUE', true],
    ['bool', 'false', false],
    ['list', 'a.mar, b=b.mar,,', ['a.mar', 'b=b.mar']],
    ['regex', 'AWS_.*', 'AWS_.*'],
    ['regexList', 'file://.*, s3://.*', ['file://.*', 's3://.*']],
    ['metricsMode', 'Prometheus', 'prometheus'],
    ['models', '{"m": {"1": {}}}', { m: { '1': {} } }],
    ['address', 'http://127.0.0.1:0', { kind: 'tcp', host: '127.0.0.1', port: 0, tls: false }],
  ] as const)('of type %s is read from %j', (type, text, value) => {
    expect(read(type, text)).toEqual(value);
  });

  it.each([
    ['int', 'many', /whole number from 0 to 2147483647/],
    ['int', '1e3', /whole number/],
    ['int', '', /whole number/],
    ['int', '-1', /from 0/],
    ['int', '2147483648', /2147483647/],
    ['double', 'NaN', /number/],
    ['bool', 'yes', /true or false/],
    ['regex', '(', /regular expression/],
    ['regexList', 'a,[', /regular expression/],
    ['metricsMode', 'statsd', /log, prometheus or legacy/],
    ['models', '[]', /JSON object/],
    ['address', 'localhost', /http:\/\/host:port/],
  ] as const)('of type %s is refused when it is %j', (type, text, message) => {
    expect(() => read(type, text)).toThrow(WrongValue);
    expect(() => read(type, text)).toThrow(message);
  });

  it('keeps to the limits of its row', () => {
    expect(() => read('int', '0', { min: 1 })).toThrow(/from 1/);
    expect(() => read('int', '11', { max: 10 })).toThrow(/to 10/);
  });

  it('that nobody set is undefined, or empty where there may be many', () => {
    expect(read('string', undefined)).toBeUndefined();
    expect(read('list', undefined)).toEqual([]);
    expect(read('models', undefined)).toEqual({});
  });
});
