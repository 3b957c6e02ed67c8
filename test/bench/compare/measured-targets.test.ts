import { describe, expect, it } from 'vitest';
import { toMeasuredTargets } from '../../../src/bench/compare/measured-targets.js';

const target = {
  kind: 'url',
  model: 'm',
  inference: 'http://h',
  management: undefined,
  close: async () => {},
} as const;
const opened = ['a', 'b', 'c'].map((label) => ({ label, target }));
const answers = (...texts: string[]) =>
  texts.map((text) => ({
    name: 'q',
    body: Buffer.from(''),
    contentType: '',
    expectation: { kind: 'answer', text, tolerance: 0 } as const,
    answer: Buffer.from(text),
  }));

describe('the targets of a report', () => {
  it('have the worst difference from the answers of the first one', () => {
    const asked = [answers('[1]', 'x'), answers('[1]', 'x'), answers('[2]', 'x')];
    expect(toMeasuredTargets(opened, asked).map(({ label, difference }) => [label, difference])).toEqual([
      ['a', undefined],
      ['b', { kind: 'same' }],
      ['c', { kind: 'numbers', maxAbsolute: 1, maxRelative: 0.5 }],
    ]);
  });

  it('differ when one was asked more than the first', () => {
    const [, other] = toMeasuredTargets(opened.slice(0, 2), [answers('x'), answers('x', 'y')]);
    expect(other?.difference).toEqual({ kind: 'differs' });
  });
});
