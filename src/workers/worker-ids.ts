/**
 * TorchServe's worker numbers: plain ones count up from `first`; models with a `parallelLevel` count from `firstOfGroups`,
 * where every worker takes as many numbers as it has ranks. No number is given twice.
 */
export function workerIds(first: number, firstOfGroups: number): (parallelLevel?: number) => string {
  let plain = first;
  let grouped = firstOfGroups;
  return (parallelLevel = 0) => {
    if (parallelLevel === 0) {
      plain += 1;
      return String(plain - 1);
    }
    grouped += parallelLevel;
    return String(grouped - parallelLevel);
  };
}
