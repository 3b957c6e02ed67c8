import { expect, it } from 'vitest';
import { countOf } from '../../src/bench/count-of.js';

it('a count has its noun in the singular or the plural', () => {
  expect([0, 1, 2].map((count) => countOf(count, 'run'))).toEqual(['0 runs', '1 run', '2 runs']);
});
