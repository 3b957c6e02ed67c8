import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  type Candidate,
  compareCost,
  listCandidates,
  place,
  usualRanges,
} from '../../../src/bench/tune/candidates.js';
import { searchBest } from '../../../src/bench/tune/search.js';
import { disturbed, RANGES, SURFACES, type Surface, seeded } from './surfaces.js';

const CORES = 8;
const SHARE = 0.15;
const NEAR = 0.85;
const NOISE = 0.05;

const MEASURED_RANGES = {
  workers: [1, 2, 4],
  threads: [1],
  batchSize: [1, 2, 4, 8, 16, 32],
  batchDelayMs: [1, 5, 20],
};
const { rows } = JSON.parse(readFileSync(new URL('./measured-grid.json', import.meta.url), 'utf8')) as {
  readonly rows: readonly (readonly [number, number, number, number, number])[];
};

/** A full grid of a real server, with a limit of 150 ms for p99. */
const measured: Surface = ({ workers, batchSize, batchDelayMs }) => {
  const row = rows.find((each) => each[0] === workers && each[1] === batchSize && each[2] === batchDelayMs);
  return { value: row?.[3] ?? 0, strain: (row?.[4] ?? Number.POSITIVE_INFINITY) / 150 };
};

async function search(surface: Surface, noise: number, seed: number, ranges = RANGES, cores = CORES) {
  const candidates = listCandidates(ranges, cores);
  const grid = candidates.map(surface);
  const random = seeded(seed);
  const runs = Math.floor(candidates.length * SHARE);
  let used = 0;
  const { chosen, tried } = await searchBest({
    places: candidates.map((candidate) => place(candidate, ranges)),
    runs,
    compareCost: (one, other) => compareCost(candidates[one] as Candidate, candidates[other] as Candidate),
    measure: async (index) => {
      used += 1;
      return disturbed(grid[index] ?? { value: 0, strain: 1 }, noise, random);
    },
  });
  const best = Math.max(...grid.filter(({ strain }) => strain <= 1).map(({ value }) => value));
  const found = grid[chosen?.index ?? 0];
  return {
    used,
    runs,
    share: (found?.value ?? 0) / best,
    strain: found?.strain ?? 0,
    tried,
    chosen,
    candidates,
  };
}

describe('the search over settings', () => {
  it.each(Object.entries(SURFACES))('comes near the best of a full grid: %s', async (_, surface) => {
    const { used, runs, share, strain } = await search(surface, 0, 1);
    expect(used).toBeLessThanOrEqual(runs);
    expect(strain).toBeLessThanOrEqual(1);
    expect(share).toBeGreaterThanOrEqual(NEAR);
  });

  it('nearly always does so when runs differ by chance', async () => {
    const shares: number[] = [];
    for (const surface of Object.values(SURFACES)) {
      const { used, runs, share, strain } = await search(surface, NOISE, 1);
      expect(used).toBeLessThanOrEqual(runs);
      // A limit that is kept with next to nothing to spare may be broken by what chance hid.
      expect(strain).toBeLessThanOrEqual(1 + 2 * NOISE);
      shares.push(share);
    }
    expect(shares.filter((share) => share >= NEAR).length / shares.length).toBeGreaterThanOrEqual(0.9);
    expect(Math.min(...shares)).toBeGreaterThan(0.7);
  });

  it('does so in the few runs that the usual settings of two cores leave', async () => {
    for (const surface of Object.values(SURFACES)) {
      const { used, runs, share } = await search(surface, 0, 1, usualRanges(2), 2);
      expect(runs).toBe(18);
      expect(used).toBeLessThanOrEqual(runs);
      expect(share).toBeGreaterThanOrEqual(NEAR);
    }
  });

  it('does so in 7 of 48 runs on what a real server showed', async () => {
    for (const noise of [0, NOISE]) {
      const { used, runs, share, strain } = await search(measured, noise, 1, MEASURED_RANGES, 2);
      expect(runs).toBe(7);
      expect(used).toBeLessThanOrEqual(runs);
      expect(strain).toBeLessThanOrEqual(1);
      expect(share).toBeGreaterThanOrEqual(NEAR);
    }
  });

  it('takes the cheapest of those that are equally good', async () => {
    const { chosen, tried, candidates } = await search(() => ({ value: 100, strain: 0.5 }), 0, 1);
    const costs = tried.map(({ index }) => candidates[index] as Candidate).sort(compareCost);
    expect(candidates[chosen?.index ?? -1]).toEqual(costs[0]);
  });

  it('gives what comes closest when nothing keeps the limit', async () => {
    const { chosen, tried } = await search(({ batchSize }) => ({ value: 100, strain: 1 + batchSize }), 0, 1);
    expect(chosen?.strain).toBe(Math.min(...tried.map(({ strain }) => strain)));
    expect(chosen?.strain).toBe(2);
  });

  it('avoids settings under which requests fail', async () => {
    const failing: Surface = ({ workers }) =>
      workers > 2 ? { value: 0, strain: Number.POSITIVE_INFINITY } : { value: workers * 10, strain: 0.5 };
    const { chosen, candidates } = await search(failing, 0, 1);
    expect(candidates[chosen?.index ?? 0]?.workers).toBe(2);
  });

  it('looks at its choice a second time', async () => {
    const { chosen } = await search(SURFACES['a small model that gains from batches'] as Surface, 0, 1);
    expect(chosen?.runs).toBe(2);
  });

  it('tries two settings in two runs', async () => {
    const measured: number[] = [];
    await searchBest({
      places: [[0], [0.5], [1]],
      runs: 2,
      compareCost: () => 0,
      measure: async (index) => {
        measured.push(index);
        return { value: 1, strain: 0.5 };
      },
    });
    expect(new Set(measured).size).toBe(2);
  });

  it('tries everything once when there are runs enough', async () => {
    const asked: number[] = [];
    const { chosen } = await searchBest({
      places: [[0], [0.5], [1]],
      runs: 10,
      compareCost: () => 0,
      measure: async (index) => {
        asked.push(index);
        return { value: index + 1, strain: 0 };
      },
    });
    expect(asked.sort()).toEqual([0, 1, 2]);
    expect(chosen?.index).toBe(2);
  });

  it('ends with the best so far when a run is interrupted', async () => {
    let left = 3;
    const { tried, chosen } = await searchBest({
      places: [[0], [0.25], [0.5], [0.75], [1]],
      runs: 4,
      compareCost: () => 0,
      measure: async (index) => (left-- > 0 ? { value: index + 1, strain: 0 } : undefined),
    });
    expect(tried).toHaveLength(3);
    expect(chosen?.value).toBe(Math.max(...tried.map(({ value }) => value)));
  });
});
