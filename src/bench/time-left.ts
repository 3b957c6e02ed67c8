/** Says in front of each line how much of a long measurement is left. */
export interface TimeLeft {
  /** Such as `[3/12, 40 s left] `; empty when there is only one round, without a time before the first has ended. */
  prefix(): string;
  /** Another round has ended. */
  done(): void;
}

/** Rounds of one measurement take about as long as each other; `nowMs` is a clock for tests. */
export function createTimeLeft(rounds: number, nowMs: () => number = () => performance.now()): TimeLeft {
  const startedMs = nowMs();
  let ended = 0;
  return {
    prefix() {
      if (rounds < 2) return '';
      const leftSec = ended === 0 ? undefined : ((nowMs() - startedMs) / ended / 1000) * (rounds - ended);
      const left = leftSec === undefined ? '' : `, ${inWords(leftSec)} left`;
      return `[${Math.min(ended + 1, rounds)}/${rounds}${left}] `;
    },
    done() {
      ended += 1;
    },
  };
}

function inWords(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
