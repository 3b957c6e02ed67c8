import type { Measurement } from '../bench.js';
import type { Baseline } from '../judge/baseline.js';
import { type Row, toRows } from '../rows.js';
import { toScalability } from '../scalability.js';
import { toColumns } from './columns.js';
import { latencyPlot } from './html/latency-plot.js';
import { drawPlot, escapeHtml } from './html/plot.js';
import { scalingPlot } from './html/scaling-plot.js';
import { STYLE } from './html/style.js';
import { timelinePlots } from './html/timeline-plots.js';
import { describeMeasurement, explainMeasurement } from './summary.js';

/** Nothing may be loaded from anywhere, and nothing runs. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/** A measurement as one page with its plots, to be opened anywhere without a network. */
export function printHtml(measurement: Measurement, baseline?: Baseline): string {
  const { facts, targets, run } = measurement;
  const title = `${targets.map(({ label }) => label).join(' and ')}, ${facts.date.slice(0, 16).replace('T', ' ')} UTC`;
  const paragraphs = (lines: readonly string[]) => lines.map((line) => `<p>${escapeHtml(line)}</p>`);
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>ts bench: ${escapeHtml(title)}</title>`,
    `<style>${STYLE}</style>`,
    '</head>',
    '<body>',
    `<h1>${escapeHtml(title)}</h1>`,
    ...paragraphs(describeMeasurement(measurement)),
    ...(run.interrupted ? ['<p>Stopped early: what is shown is what was measured until then.</p>'] : []),
    drawTable(measurement, baseline),
    ...paragraphs(explainMeasurement(measurement)),
    '<div class="plots">',
    ...drawPlots(measurement),
    '</div>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function drawTable(measurement: Measurement, baseline: Baseline | undefined): string {
  const { head, lines } = toColumns(measurement, baseline);
  const cells = (tag: string, texts: readonly string[]) =>
    texts.map((text) => `<${tag}>${escapeHtml(text)}</${tag}>`).join('');
  const body = lines.map((line) => `<tr>${cells('td', line)}</tr>`);
  return `<div class="scroll"><table><thead><tr>${cells('th', head)}</tr></thead><tbody>${body.join('')}</tbody></table></div>`;
}

function drawPlots(measurement: Measurement): readonly string[] {
  const { run, facts, demand } = measurement;
  const rows = toRows(run);
  const name = (row: Row) => nameOf(row, measurement);
  const plots = [
    scalingPlot(toScalability(run, demand.plan, facts.cores), rows),
    latencyPlot(rows, name),
    ...timelinePlots(rows, run, name),
  ];
  return plots.filter((plot) => plot !== undefined).map(drawPlot);
}

/** What tells a row from the others. */
function nameOf({ target, workers, stage }: Row, { targets, demand: { plan } }: Measurement): string {
  const [one] = plan.mode === 'load' ? plan.stages.slice(stage) : [];
  const several = plan.mode === 'load' && plan.stages.length > 1;
  const count = workers === undefined ? undefined : `${workers} worker${workers === 1 ? '' : 's'}`;
  const load =
    one?.ratePerSecond === undefined ? `${one?.connections} connections` : `${one.ratePerSecond}/s`;
  const parts = [targets.length > 1 ? target : undefined, count, several ? load : undefined];
  return parts.filter((part) => part !== undefined).join(', ') || target;
}
