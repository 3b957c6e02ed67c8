import { describe, expect, it } from 'vitest';
import { parseProperties } from '../../../src/config/read/properties.js';

/** Key and value of each entry, by Java's own rules (java.util.Properties). */
const CASES: [string, [string, string][]][] = [
  ['key=value', [['key', 'value']]],
  ['key:value', [['key', 'value']]],
  ['key value', [['key', 'value']]],
  ['  key \t =  value  ', [['key', 'value  ']]],
  ['key==value', [['key', '=value']]],
  ['key = : value', [['key', ': value']]],
  ['key', [['key', '']]],
  ['=value', [['', 'value']]],
  ['black list=1', [['black', 'list=1']]],
  ['a\\ b=1', [['a b', '1']]],
  ['a\\=b=c\\:d', [['a=b', 'c:d']]],
  ['# no\n! no\n  # no\nkey=1', [['key', '1']]],
  ['key=1 # not a comment', [['key', '1 # not a comment']]],
  ['key=one,\\\n    two,\\\r\n\tthree', [['key', 'one,two,three']]],
  [
    'key=a\\\\\nnext=b',
    [
      ['key', 'a\\'],
      ['next', 'b'],
    ],
  ],
  ['key=a\\\n# joined', [['key', 'a# joined']]],
  [
    'key=a\\\n\nnext=b',
    [
      ['key', 'a'],
      ['next', 'b'],
    ],
  ],
  ['# comment \\\nkey=1', [['key', '1']]],
  ['key=\\u0041\\t\\q', [['key', 'A\tq']]],
  [
    'a=1\ra=2\na=3',
    [
      ['a', '1'],
      ['a', '2'],
      ['a', '3'],
    ],
  ],
  ['key=last\\', [['key', 'last']]],
  ['\\\n! no\nkey=1', [['key', '1']]],
  ['\n\n', []],
  ['', []],
];

describe('a properties file', () => {
  it.each(CASES)('%j is read as Java reads it', (text, entries) => {
    expect(parseProperties(Buffer.from(text, 'latin1')).map(({ key, value }) => [key, value])).toEqual(
      entries,
    );
  });

  it('is ISO-8859-1, whatever its author thought', () => {
    expect(parseProperties(Buffer.from([0x6b, 0x3d, 0xe9]))).toEqual([{ key: 'k', value: 'é', line: 1 }]);
  });

  it('knows the line each entry begins on', () => {
    const entries = parseProperties(Buffer.from('# one\na=1\n\nb=x,\\\n  y\nc=3'));
    expect(entries.map(({ key, line }) => [key, line])).toEqual([
      ['a', 2],
      ['b', 4],
      ['c', 6],
    ]);
  });

  it('holds the JSON of a model over several lines', () => {
    const text = 'models={\\\n  "noop": {\\\n    "1.0": {"minWorkers": 1}\\\n  }\\\n}\n';
    const [entry] = parseProperties(Buffer.from(text));
    expect(JSON.parse(entry?.value ?? '')).toEqual({ noop: { '1.0': { minWorkers: 1 } } });
  });

  it('is refused when an escape is torn, with the line', () => {
    expect(() => parseProperties(Buffer.from('a=1\nb=\\u00'))).toThrow(/line 2/);
  });
});
