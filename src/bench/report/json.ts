import type { Measurement } from '../bench.js';
import { toRows } from '../rows.js';

/** Raised when a field changes its meaning or goes. */
const FORMAT = 1;

/** A measurement for programs: the rows of the table, every round they come from, machine and commit. */
export function printJson({ facts, demand, target, questions, run }: Measurement): string {
  const { plan } = demand;
  const report = {
    format: FORMAT,
    ...facts,
    target: {
      kind: target.kind,
      model: target.model,
      // The address of a server of our own says nothing once it is gone.
      ...(target.kind === 'url' ? { url: target.inference } : {}),
      ...(demand.target.kind === 'own' ? { threadsPerWorker: demand.target.threads } : {}),
    },
    plan,
    questions,
    interrupted: run.interrupted,
    rows: toRows(run),
    rounds: run.rounds.map(withoutFailedFigures),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

type Round = Measurement['run']['rounds'][number];

/** Times of a phase with failed requests are left out here as in the table. */
function withoutFailedFigures(round: Round): unknown {
  const cut = (phase: Round['parallel'] | undefined) => {
    if (!phase || phase.failed === 0) return phase;
    const { asked, failed, fault } = phase;
    return { asked, failed, fault };
  };
  return { ...round, sequential: cut(round.sequential), parallel: cut(round.parallel) };
}
