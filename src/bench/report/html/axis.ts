/** One direction of a plot. */
export interface Axis {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly number[];
  /** Where a value lies between the two ends, from 0 to 1. */
  readonly place: (value: number) => number;
}

const STEPS = [1, 2, 5, 10];
const TICKS = 6;

/** Even steps from 0 to at least `largest`, at round numbers; no smaller than `leastStep`, such as 1 for what is counted. */
export function linearAxis(label: string, largest: number, leastStep = 0): Axis {
  const most = largest > 0 ? largest : 1;
  const rough = most / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(leastStep, power * (STEPS.find((candidate) => candidate * power >= rough) ?? 10));
  const count = Math.max(1, Math.ceil(most / step - 1e-9));
  const to = step * count;
  const ticks = Array.from({ length: count + 1 }, (_, index) => step * index);
  return { label, from: 0, to, ticks, place: (value) => value / to };
}

/** Steps of a factor, for values above 0 that lie far apart; ticks at 1, 2 and 5. */
export function logAxis(label: string, from: number, to: number): Axis {
  const span = Math.max(Math.log(to / from), 1e-9);
  const powers = Array.from(
    { length: Math.ceil(Math.log10(to / from)) + 2 },
    (_, index) => 10 ** (Math.floor(Math.log10(from)) + index),
  );
  const ticks = powers
    .flatMap((power) => [power, 2 * power, 5 * power])
    .filter((tick) => tick >= from * 0.999 && tick <= to * 1.001);
  return { label, from, to, ticks, place: (value) => Math.log(value / from) / span };
}

/** A tick as it is written: no more digits than it needs. */
export function writeTick(value: number): string {
  if (value >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`;
  if (value >= 1e4) return `${Number((value / 1e3).toPrecision(3))}k`;
  return String(Number(value.toPrecision(3)));
}
