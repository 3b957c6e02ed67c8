import Table from 'cli-table3';
import type { Measurement } from '../bench.js';
import { toColumns } from './columns.js';
import { describeMeasurement, explainColumns } from './summary.js';

/** A measurement for people at a terminal; ends with a line break. */
export function printTable(measurement: Measurement): string {
  const { head, lines } = toColumns(measurement);
  const table = new Table({
    head: [...head],
    colAligns: head.map(() => 'right'),
    style: { head: [], border: [] },
  });
  for (const line of lines) table.push([...line]);
  return `${[...describeMeasurement(measurement), '', table.toString(), explainColumns(measurement)].join('\n')}\n`;
}
