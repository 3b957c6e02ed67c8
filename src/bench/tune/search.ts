import { fitSurrogate, type Surrogate } from './surrogate.js';

/** What a run of one candidate showed. */
export interface Outcome {
  /** To be as large as possible; above 0 unless nothing was answered. */
  readonly value: number;
  /** Times the limit that was kept worst: at most 1 when all are kept, infinite when requests failed. */
  readonly strain: number;
}

export interface SearchOptions {
  /** Coordinates of each candidate, from 0 to 1. */
  readonly places: readonly (readonly number[])[];
  /** Runs at most. */
  readonly runs: number;
  /** Orders candidates whose values are equal but for noise; the better one is smaller. */
  readonly compareCost: (one: number, other: number) => number;
  /** Runs the candidate of that index; undefined ends the search. */
  readonly measure: (index: number) => Promise<Outcome | undefined>;
}

/** A candidate that was run, and what its runs came to on average. */
export interface Tried extends Outcome {
  readonly index: number;
  readonly runs: number;
}

export interface SearchResult {
  /** In the order they were first run. */
  readonly tried: readonly Tried[];
  /** The best that keeps the limits; else the one that comes closest; undefined when nothing was run. */
  readonly chosen: Tried | undefined;
}

/** Two values this near are the same: runs of one candidate differ by as much. */
const SAME_SHARE = 0.03;
/** Share of the runs that look at the best once more, so that a lucky run does not win. */
const CONFIRMING_SHARE = 0.12;
/** Of fewer runs none is left for that: to try something else tells more. */
const MIN_CONFIRMED_RUNS = 3;
const MIN_SPREAD_RUNS = 3;
const MAX_SPREAD_RUNS = 8;

/**
 * Looks for the best of many candidates in few runs: some that lie far apart, then always the one that a smooth guess
 * through all values so far promises most of, and last the best ones again.
 */
export async function searchBest(options: SearchOptions): Promise<SearchResult> {
  const runs = new Map<number, Outcome[]>();
  const total = Math.min(options.runs, options.places.length);
  const isConfirmed = total < options.places.length && total >= MIN_CONFIRMED_RUNS;
  const exploring = total - (isConfirmed ? Math.max(1, Math.floor(total * CONFIRMING_SHARE)) : 0);
  const run = async (index: number): Promise<boolean> => {
    const outcome = await options.measure(index);
    if (outcome) runs.set(index, [...(runs.get(index) ?? []), outcome]);
    return outcome !== undefined;
  };
  const result = () => {
    const tried = [...runs].map(([index, outcomes]) => average(index, outcomes));
    return { tried, chosen: choose(tried, options.compareCost) };
  };
  for (let done = 0; done < exploring; done += 1)
    if (!(await run(nextIndex(options.places, result().tried, exploring)))) return result();
  for (let done = exploring; done < total; done += 1) {
    const { chosen } = result();
    if (!chosen || chosen.runs > 1 || !(await run(chosen.index))) break;
  }
  return result();
}

function average(index: number, outcomes: readonly Outcome[]): Tried {
  const mean = (pick: (outcome: Outcome) => number) =>
    outcomes.reduce((sum, outcome) => sum + pick(outcome), 0) / outcomes.length;
  return {
    index,
    runs: outcomes.length,
    value: mean(({ value }) => value),
    strain: mean(({ strain }) => strain),
  };
}

function choose(tried: readonly Tried[], compareCost: SearchOptions['compareCost']): Tried | undefined {
  const sound = tried.filter(({ strain }) => strain <= 1);
  if (sound.length === 0) return [...tried].sort((one, other) => one.strain - other.strain)[0];
  const most = Math.max(...sound.map(({ value }) => value));
  return sound
    .filter(({ value }) => value >= most * (1 - SAME_SHARE))
    .sort((one, other) => compareCost(one.index, other.index))[0];
}

function nextIndex(
  places: readonly (readonly number[])[],
  tried: readonly Tried[],
  exploring: number,
): number {
  const spread = Math.min(MAX_SPREAD_RUNS, Math.max(MIN_SPREAD_RUNS, Math.round(exploring / 3)));
  if (tried.length === 0) return nearestTo(places, places[0]?.map(() => 0.5) ?? []);
  if (tried.length < spread) return axisEnd(places, tried) ?? farthest(places, tried);
  return mostPromising(places, tried);
}

function nearestTo(places: readonly (readonly number[])[], point: readonly number[]): number {
  return indexOfMost(places, (place) => -distance(place, point));
}

/** The first run with one coordinate as large as it can be, one after another; undefined once all were. */
function axisEnd(places: readonly (readonly number[])[], tried: readonly Tried[]): number | undefined {
  const centre = places[tried[0]?.index ?? 0] ?? [];
  const known = new Set(tried.map(({ index }) => index));
  const ends = centre.map((_, axis) =>
    nearestTo(
      places,
      centre.map((at, other) => (other === axis ? 1 : at)),
    ),
  );
  return ends.find((index) => !known.has(index));
}

/** The candidate that lies farthest from all that were tried. */
function farthest(places: readonly (readonly number[])[], tried: readonly Tried[]): number {
  return indexOfMost(places, (place) =>
    Math.min(...tried.map(({ index }) => distance(place, places[index] ?? []))),
  );
}

function mostPromising(places: readonly (readonly number[])[], tried: readonly Tried[]): number {
  const worths = toWorths(tried);
  const guess = fitSurrogate(
    tried.map(({ index }) => places[index] ?? []),
    worths,
  );
  const best = Math.max(...worths);
  const known = new Set(tried.map(({ index }) => index));
  const centre = places[tried[worths.indexOf(best)]?.index ?? 0] ?? [];
  const reach = tried.length % NEARBY_EVERY === 0 ? nearest(places, centre, known) : Number.POSITIVE_INFINITY;
  return indexOfMost(places, (place, index) =>
    known.has(index) || distance(place, centre) > reach
      ? Number.NEGATIVE_INFINITY
      : expectedGain(guess, place, best),
  );
}

/** Every so many runs one looks around the best: a peak that stands alone is not on the way of a smooth guess. */
const NEARBY_EVERY = 3;
const NEARBY = 8;

/** How far the nearest untried candidates are from a point. */
function nearest(
  places: readonly (readonly number[])[],
  point: readonly number[],
  known: ReadonlySet<number>,
): number {
  const distances = places.filter((_, index) => !known.has(index)).map((place) => distance(place, point));
  return distances.sort((one, other) => one - other)[NEARBY - 1] ?? Number.POSITIVE_INFINITY;
}

/**
 * One number for each outcome, on a scale where equal ratios of values are equal steps. What breaks a limit is worth less
 * the more it does, so that the guess learns where the limit lies.
 */
function toWorths(tried: readonly Tried[]): readonly number[] {
  const answered = tried.filter(({ value, strain }) => value > 0 && Number.isFinite(strain));
  const least = Math.min(0, ...answered.map(worthOf));
  return tried.map((one) => (answered.includes(one) ? worthOf(one) : least - 1));
}

const PENALTY = 0.2;
const MAX_PENALTY = 2;

function worthOf({ value, strain }: Outcome): number {
  return Math.log(value) - (strain <= 1 ? 0 : Math.min(MAX_PENALTY, PENALTY + Math.log(strain)));
}

/** By how much a point is expected to surpass the best, counting what it falls short of as nothing. */
function expectedGain(guess: Surrogate, place: readonly number[], best: number): number {
  const { mean, deviation } = guess(place);
  if (deviation < 1e-9) return Math.max(0, mean - best);
  const z = (mean - best) / deviation;
  return deviation * (z * normalShare(z) + Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI));
}

/** Share of a normal distribution below `z`; off by less than 0.001. */
function normalShare(z: number): number {
  return 1 / (1 + Math.exp(-1.5976 * z - 0.07056 * z ** 3));
}

function distance(one: readonly number[], other: readonly number[]): number {
  return Math.hypot(...one.map((coordinate, axis) => coordinate - (other[axis] ?? 0)));
}

function indexOfMost<Item>(items: readonly Item[], score: (item: Item, index: number) => number): number {
  let best = 0;
  let most = Number.NEGATIVE_INFINITY;
  for (const [index, item] of items.entries()) {
    const found = score(item, index);
    if (found <= most) continue;
    most = found;
    best = index;
  }
  return best;
}
