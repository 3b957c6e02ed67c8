import { describe, expect, it } from 'vitest';
import { type PlainFlag, readPlainWords } from '../../src/commands/plain-words.js';

const force: PlainFlag = { name: 'force', kind: 'boolean' };
const FLAGS = new Map<string, PlainFlag>([
  ['force', force],
  ['no-force', { ...force, means: false }],
  ['into', { name: 'into', kind: 'string' }],
  ['in_to', { name: 'into', kind: 'string' }],
  ['all', { name: 'all', kind: 'string', many: true }],
]);
const read = (text: string) => readPlainWords(text.split(' '), FLAGS);

describe('plain words', () => {
  it('are known long flags, under any spelling, and what belongs to none', () => {
    expect(read('a --force --into x b')).toEqual({ flags: { force: true, into: 'x' }, others: ['a', 'b'] });
    expect(read('--in_to=-x --no-force')).toEqual({ flags: { into: '-x', force: false }, others: [] });
    expect(read('--all a b --force')).toEqual({ flags: { all: ['a', 'b'], force: true }, others: [] });
  });

  it('are not plain when something has to be explained', () => {
    for (const text of [
      '-f',
      '--nope',
      '--force --no-force',
      '--into',
      '--into --force',
      '--into=',
      '--force=1',
    ])
      expect(read(text), text).toBeUndefined();
  });
});
