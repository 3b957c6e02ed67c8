import Table from 'cli-table3';
import type { Measurement } from '../bench.js';
import type { Baseline } from '../judge/baseline.js';
import { type Columns, toColumns } from './columns.js';
import { describeMeasurement, explainMeasurement } from './summary.js';

/**
 * A measurement for people at a terminal; ends with a line break. Where its `width`, in characters, is too small for the
 * table, ranges go below their medians, and a table that is still too wide is turned: a line for each figure.
 */
export function printTable(measurement: Measurement, baseline?: Baseline, width = Infinity): string {
  const table = drawToFit(toColumns(measurement, baseline), width);
  const parts = [...describeMeasurement(measurement), '', table, ...explainMeasurement(measurement)];
  return `${parts.join('\n')}\n`;
}

/** The first way to draw the columns that fits, else the narrowest. */
function drawToFit(columns: Columns, width: number): string {
  const turned = turn(columns);
  const drawn = [];
  for (const way of [columns, stack(columns), turned, stack(turned)]) {
    const table = draw(way);
    if (widthOf(table) <= width) return table;
    drawn.push(table);
  }
  return drawn.reduce((narrow, table) => (widthOf(table) < widthOf(narrow) ? table : narrow));
}

function draw({ head, lines }: Columns): string {
  const table = new Table({
    head: [...head],
    colAligns: head.map(() => 'right'),
    style: { head: [], border: [] },
  });
  for (const line of lines) table.push([...line]);
  return table.toString();
}

function widthOf(table: string): number {
  return table.indexOf('\n');
}

/** What stands in brackets goes to a line of its own. */
function stack({ head, lines }: Columns): Columns {
  const cell = (text: string) => text.replace(/ \((?=[^)]*\)$)/, '\n(');
  return { head: head.map((text) => text.replace(' ', '\n')), lines: lines.map((line) => line.map(cell)) };
}

/** Lines become columns. */
function turn({ head, lines }: Columns): Columns {
  const [first = '', ...others] = head;
  return {
    head: [first, ...lines.map((line) => line[0] ?? '')],
    lines: others.map((name, index) => [name, ...lines.map((line) => line[index + 1] ?? '')]),
  };
}
