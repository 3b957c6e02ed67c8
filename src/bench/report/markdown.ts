import type { Measurement } from '../bench.js';
import { toColumns } from './columns.js';
import { describeMeasurement, explainColumns } from './summary.js';

/** A measurement to paste into a document; ends with a line break. */
export function printMarkdown(measurement: Measurement): string {
  const { head, lines } = toColumns(measurement);
  const rule = head.map(() => '---:');
  const table = [head, rule, ...lines].map((cells) => `| ${cells.map(escapeCell).join(' | ')} |`);
  return `${[...describeMeasurement(measurement), '', ...table, '', explainColumns(measurement)].join('\n')}\n`;
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|');
}
