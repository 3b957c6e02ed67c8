import { describe, expect, it } from 'vitest';
import { linearAxis } from '../../../../src/bench/report/html/axis.js';
import { drawPlot, escapeHtml } from '../../../../src/bench/report/html/plot.js';

const [x, y] = [linearAxis('workers', 4), linearAxis('requests', 10)];
const points = [
  { x: 0, y: 0 },
  { x: 4, y: 10, low: 8, high: 10 },
];

describe('a plot', () => {
  it('draws lines, steps and dots with ranges between its axes', () => {
    const series = (['line', 'steps', 'dots'] as const).map((shape) => ({ name: shape, shape, points }));
    const text = drawPlot({ title: 'T', x, y, series });
    expect(text).toContain('<path class="series line c0" d="M64.0 256.0L624.0 12.0"/>');
    expect(text).toContain('<path class="series steps c1" d="M64.0 256.0H624.0V12.0"/>');
    expect(text.match(/<circle /g)).toHaveLength(2);
    expect(text).toContain('<path class="series c2" d="M624.0 60.8V12.0"/>');
    expect(text).toContain('>workers</text>');
  });

  it('cannot be broken by a name', () => {
    const name = `<script>&"'`;
    expect(drawPlot({ title: name, x, y, series: [{ name, shape: 'line', points }] })).not.toContain(
      '<script',
    );
    expect(escapeHtml(name)).toBe('&#60;script&#62;&#38;&#34;&#39;');
  });
});
