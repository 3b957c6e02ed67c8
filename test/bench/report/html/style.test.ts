import { describe, expect, it } from 'vitest';
import { PALETTE } from '../../../../src/bench/report/html/plot.js';
import { STYLE } from '../../../../src/bench/report/html/style.js';

describe('the style sheet of the page', () => {
  it('has a colour for each series, light and dark', () => {
    for (let place = 0; place < PALETTE; place += 1) {
      expect(STYLE.match(new RegExp(`--c${place}: #[0-9a-f]{6}`, 'g'))).toHaveLength(2);
      expect(STYLE).toContain(`.c${place} { --c: var(--c${place}); }`);
    }
  });
});
