import type { Measurement } from '../bench.js';

/** The lines around a table: what was measured, on what, and what its columns mean. */
export function describeMeasurement(measurement: Measurement): readonly string[] {
  const { target, demand, questions, facts } = measurement;
  const { plan } = demand;
  const server = target.kind === 'own' ? `ts-serve ${facts.version}` : target.inference;
  const threads = demand.target.kind === 'own' ? `, threads per worker: ${demand.target.threads}` : '';
  const repeats = plan.repeats === 1 ? '' : `, medians of ${plan.repeats} repeats (smallest–largest)`;
  const work =
    plan.mode === 'scaling'
      ? `${plan.requests} requests one after another, then ${plan.parallel} at a time`
      : `${plan.durationSec} s over ${plan.connections} connections`;
  return [
    `Model ${target.model} on ${server}${threads}: ${work}${repeats}.`,
    `Every answer was checked; asked were ${listed(questions)}.`,
    `${facts.cores} cores, ${facts.cpu}, Node ${facts.node}${facts.commit ? `, commit ${facts.commit}` : ''}.`,
  ];
}

/** What the columns mean. */
export function explainColumns({ demand }: Measurement): string {
  const against = '"against first" compares requests per second with the first line.';
  return demand.plan.mode === 'scaling'
    ? `"speed-up" is sequential over parallel seconds of the same line; ${against} p50 and p99 are those of the parallel part.`
    : against;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}
