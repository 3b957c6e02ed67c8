import type { Measurement } from '../bench.js';
import type { Baseline } from '../judge/baseline.js';
import { toColumns } from './columns.js';
import { describeMeasurement, explainMeasurement } from './summary.js';

/** A measurement to paste into a document; ends with a line break. */
export function printMarkdown(measurement: Measurement, baseline?: Baseline): string {
  const { head, lines } = toColumns(measurement, baseline);
  const rule = head.map(() => '---:');
  const table = [head, rule, ...lines].map((cells) => `| ${cells.map(escapeCell).join(' | ')} |`);
  const [first, ...rest] = explainMeasurement(measurement);
  const after = [first ?? '', ...rest.flatMap((line) => ['', line])];
  return `${[...describeMeasurement(measurement), '', ...table, '', ...after].join('\n')}\n`;
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|');
}
