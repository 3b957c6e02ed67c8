import type { MetricShape } from './definition.js';
import { javaDouble } from './java-double.js';
import { BUCKETS, type Metric, type Series } from './registry.js';

/** Content type of the text. */
export const PROMETHEUS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

interface Sample {
  readonly name: string;
  readonly labels: string;
  readonly value: number;
}

/**
 * Writes metrics as the old Java client does, which TorchServe's users' tools read: every label set ends with a comma,
 * names are kept as they are, numbers are Java's. With `names` only samples of these names are written, and metrics
 * without any are left out.
 */
export function prometheusText(metrics: Iterable<Metric>, names?: readonly string[]): string {
  const wanted = names && names.length > 0 ? new Set(names) : undefined;
  let text = '';
  for (const { shape, series } of metrics) {
    const samples = [...series].flatMap((one) => samplesOf(shape, one));
    const shown = wanted ? samples.filter((sample) => wanted.has(sample.name)) : samples;
    if (wanted && shown.length === 0) continue;
    text += `# HELP ${shape.name} ${escapeHelp(helpOf(shape))}\n# TYPE ${shape.name} ${shape.type}\n`;
    for (const { name, labels, value } of shown) text += `${name}{${labels}} ${goNumber(value)}\n`;
  }
  return text;
}

function helpOf({ type, unit }: MetricShape): string {
  return `Torchserve prometheus ${type} metric with unit: ${unit}`;
}

function samplesOf(shape: MetricShape, series: Series): Sample[] {
  const names = [...shape.dimensions, shape.host];
  const labels = names.map((name, index) => `${name}="${escapeLabel(series.labels[index] ?? '')}",`).join('');
  if (shape.type !== 'histogram') return [{ name: shape.name, labels, value: series.value }];
  let below = 0;
  const buckets = [...BUCKETS, Number.POSITIVE_INFINITY].map((bound, index) => {
    below += series.buckets[index] ?? 0;
    return { name: `${shape.name}_bucket`, labels: `${labels}le="${goNumber(bound)}",`, value: below };
  });
  return [
    ...buckets,
    { name: `${shape.name}_count`, labels, value: series.count },
    { name: `${shape.name}_sum`, labels, value: series.value },
  ];
}

function goNumber(value: number): string {
  if (Number.isFinite(value) || Number.isNaN(value)) return javaDouble(value);
  return value > 0 ? '+Inf' : '-Inf';
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeLabel(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
