import type { Measurement } from '../bench.js';
import type { Verdict } from '../judge/judge.js';
import type { Round } from '../round.js';
import { toRows } from '../rows.js';
import { toScalability } from '../scalability.js';
import { FORMAT } from './format.js';

/** A measurement for programs: the rows of the table, every round they come from, machine and commit. */
export function printJson(measurement: Measurement, verdicts: readonly Verdict[] = []): string {
  const { facts, demand, targets, questions, run, ceiling } = measurement;
  const report = {
    format: FORMAT,
    ...facts,
    targets: targets.map(({ inference, ...target }, index) => {
      const choice = demand.targets[index];
      return {
        ...target,
        // The address of a server of our own says nothing once it is gone.
        ...(target.kind === 'url' ? { url: inference } : {}),
        ...(choice?.kind === 'own' ? { threadsPerWorker: choice.threads } : {}),
      };
    }),
    plan: demand.plan,
    questions,
    interrupted: run.interrupted,
    generatorRequestsPerSecond: ceiling,
    rows: toRows(run),
    scalability: toScalability(run, demand.plan, facts.cores),
    assertions: verdicts,
    rounds: run.rounds.map(withoutFailedFigures),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** Times of a phase with failed requests are left out here as in the table. */
function withoutFailedFigures(round: Round): unknown {
  const cut = (phase: Round['parallel'] | undefined) => {
    if (!phase || phase.failed === 0) return phase;
    const { asked, failed, fault, errors, unsent, reconnects } = phase;
    return { asked, failed, fault, errors, unsent, reconnects };
  };
  return { ...round, sequential: cut(round.sequential), parallel: cut(round.parallel) };
}
