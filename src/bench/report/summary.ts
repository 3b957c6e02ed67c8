import type { Measurement } from '../bench.js';
import { countOf } from '../count-of.js';
import type { Plan } from '../plan.js';
import { toRows } from '../rows.js';
import { describeStage } from '../run-stage.js';
import { toScalability } from '../scalability.js';
import { describeScalability } from './describe-scalability.js';

/** The lines before a table: what was measured, on what. */
export function describeMeasurement(measurement: Measurement): readonly string[] {
  const { demand, questions, facts, targets } = measurement;
  const { plan } = demand;
  const repeats = plan.repeats === 1 ? '' : `, medians of ${countRepeats(measurement)} (smallest–largest)`;
  const servers = targets.map(({ kind, label, model, inference }, index) => {
    const choice = demand.targets[index];
    const threads = choice?.kind === 'own' ? ` with ${countOf(choice.threads, 'thread')} per worker` : '';
    const name = kind === 'own' && targets.length > 1 ? label : model;
    return `${name} on ${kind === 'own' ? `ts-serve ${facts.version}` : inference}${threads}`;
  });
  const noun = servers.length === 1 ? 'Model' : 'Models';
  return [
    `${noun} ${servers.join('; ')}: ${describePlan(plan)}${repeats}.`,
    `Every answer was checked. Inputs: ${listed(questions)}.`,
    `${facts.cores} cores, ${facts.cpu}, Node ${facts.node}${facts.commit ? `, commit ${facts.commit}` : ''}.`,
  ];
}

/** The lines after a table: what its columns mean, what the rows come to, which requests failed why. */
export function explainMeasurement(measurement: Measurement): readonly string[] {
  const { run, facts, targets, demand } = measurement;
  const scalability = toScalability(run, demand.plan, facts.cores);
  return [
    explainColumns(measurement),
    ...scalability.flatMap((found) => describeScalability(found, targets.length > 1)),
    ...describeCeiling(measurement),
    ...describeErrors(measurement),
    ...describeReconnects(measurement),
  ].filter((line) => line !== '');
}

/** What the columns mean. */
export function explainColumns({ demand: { plan }, targets, run }: Measurement): string {
  const rows = toRows(run);
  const atRate = plan.mode === 'load' && plan.stages.some(({ ratePerSecond }) => ratePerSecond !== undefined);
  const sentences = [
    plan.mode === 'scaling' ? '"speed-up" is sequential over parallel seconds of the same line.' : '',
    atRate ? 'Latencies count from the time a request was due.' : '',
    rows.some(({ unsent }) => unsent > 0) ? 'Requests that are "unsent" never found a free connection.' : '',
    atRate ? '' : '"against first" compares requests per second with the first line.',
    plan.mode === 'scaling' ? 'p50 and p99 are those of the parallel part.' : '',
    plan.repeats >= 3 && !atRate ? 'Behind a ratio stands its 95 % confidence interval.' : '',
    targets.length > 1 ? '"answers" tells the largest difference from those of the first target.' : '',
  ];
  return sentences.filter((sentence) => sentence !== '').join(' ');
}

/** Of those that were measured: an interruption may have left fewer than were planned. */
function countRepeats({ run, demand }: Measurement): string {
  const counts = toRows(run).map(({ repeats }) => repeats);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  if (counts.length === 0 || least === demand.plan.repeats) return `${demand.plan.repeats} repeats`;
  return `${least === most ? most : `${least} to ${most}`} of ${demand.plan.repeats} repeats`;
}

function describePlan(plan: Plan): string {
  if (plan.mode === 'scaling')
    return `${plan.requests} requests one after another, then ${plan.parallel} at a time`;
  return plan.stages.map((stage) => describeStage(stage)).join('; ');
}

function describeCeiling({ ceiling }: Measurement): readonly string[] {
  if (ceiling === undefined) return [];
  return [
    `The generator alone sends ${ceiling.toFixed(0)} requests/s to a server that does nothing; figures near that are its own.`,
  ];
}

function describeErrors({ run }: Measurement): readonly string[] {
  const errors = new Map<string, number>();
  for (const row of toRows(run))
    for (const [kind, count] of Object.entries(row.errors)) errors.set(kind, (errors.get(kind) ?? 0) + count);
  if (errors.size === 0) return [];
  return [`Errors: ${[...errors].map(([kind, count]) => `${count} x ${kind}`).join(', ')}.`];
}

function describeReconnects({ run }: Measurement): readonly string[] {
  const count = toRows(run).reduce((sum, { reconnects }) => sum + reconnects, 0);
  if (count === 0) return [];
  return [
    `${countOf(count, 'request')} ${count === 1 ? 'was' : 'were'} sent again on a new connection: the server ended the old one before it answered.`,
  ];
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}
