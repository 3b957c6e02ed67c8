import { describe, expect, it } from 'vitest';
import { parseYaml } from '../../../src/config/read/yaml.js';

describe('a YAML file', () => {
  it('is read by the rules of PyYAML', () => {
    const yaml = parseYaml('on: 1\nflag: yes\nnumber: 1_000\noctal: 012\nsame: 1\nsame: 2\n');
    expect(yaml).toMatchObject({
      kind: 'read',
      value: { true: 1, flag: true, number: 1000, octal: 10, same: 2 },
    });
  });

  it('knows where each key and value stands, also inside maps', () => {
    const yaml = parseYaml('a: 1\nb:\n  c:   [x]\n');
    expect(yaml.kind === 'read' && yaml.entries).toMatchObject([
      { key: 'a', value: 1, keyAt: { line: 1, column: 1 }, valueAt: { line: 1, column: 4 } },
      {
        key: 'b',
        keyAt: { line: 2, column: 1 },
        entries: [{ key: 'c', value: ['x'], keyAt: { line: 3, column: 3 }, valueAt: { line: 3, column: 8 } }],
      },
    ]);
  });

  it('may be empty', () => {
    expect(parseYaml('# nothing\n')).toEqual({ kind: 'read', value: {}, entries: [] });
  });

  it('may merge and repeat maps by their anchors', () => {
    const yaml = parseYaml('base: &base {x: 1}\n<<: *base\nagain: *base\n');
    expect(yaml.kind === 'read' && yaml.entries.map(({ key, value }) => [key, value])).toEqual([
      ['base', { x: 1 }],
      ['x', 1],
      ['again', { x: 1 }],
    ]);
  });

  it.each([
    ['a: [1\n', 2],
    ['ok: 1\n\tx: 1\n', 2],
    ['- 1\n', 1],
    ['just text', 1],
    ['a: 1\n---\nb: 2\n', 2],
    ['a: *nowhere', 1],
  ])('%j is broken, at line %i', (text, line) => {
    expect(parseYaml(text)).toMatchObject({ kind: 'broken', problem: { line } });
  });

  it('is broken when its anchors expand without end', () => {
    const lines = ['a: &a [x,x,x,x,x,x,x,x,x,x]'];
    for (const [name, before] of ['ba', 'cb', 'dc', 'ed', 'fe', 'gf'].map((pair) => [...pair]))
      lines.push(`${name}: &${name} [${Array(10).fill(`*${before}`).join(',')}]`);
    expect(parseYaml(lines.join('\n'))).toMatchObject({ kind: 'broken' });
  });

  it('is broken when it is nested deeper than any configuration', () => {
    const text = `a: ${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    expect(parseYaml(text).kind).toBe('broken');
  });
});
