import Table from 'cli-table3';
import type { Measurement } from '../bench.js';
import type { Baseline } from '../judge/baseline.js';
import { toColumns } from './columns.js';
import { describeMeasurement, explainMeasurement } from './summary.js';

/** A measurement for people at a terminal; ends with a line break. */
export function printTable(measurement: Measurement, baseline?: Baseline): string {
  const { head, lines } = toColumns(measurement, baseline);
  const table = new Table({
    head: [...head],
    colAligns: head.map(() => 'right'),
    style: { head: [], border: [] },
  });
  for (const line of lines) table.push([...line]);
  const parts = [
    ...describeMeasurement(measurement),
    '',
    table.toString(),
    ...explainMeasurement(measurement),
  ];
  return `${parts.join('\n')}\n`;
}
