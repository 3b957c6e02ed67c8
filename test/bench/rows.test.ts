import { describe, expect, it } from 'vitest';
import type { Phase } from '../../src/bench/load/phase.js';
import type { Round } from '../../src/bench/round.js';
import { toRows } from '../../src/bench/rows.js';
import { summarize } from '../../src/bench/sample.js';
import { phaseOf } from './measurement.js';

const phase = (seconds: number, over: Partial<Phase> = {}): Phase =>
  phaseOf(seconds, { latency: summarize(Array.from({ length: 10 }, () => seconds * 100)), ...over });
const round = (workers: number, repeat: number, sequential: number, parallel: number): Round => ({
  target: 'm',
  stage: 0,
  server: undefined,
  workers,
  repeat,
  scaleSeconds: 0.1,
  sequential: phase(sequential),
  parallel: phase(parallel),
});
const rowsOf = (...rounds: Round[]) => toRows({ rounds, interrupted: false });

describe('the rows of a measurement', () => {
  it('hold speed-up within a row and against the first row', () => {
    const [one, two] = rowsOf(round(1, 0, 4, 4), round(2, 0, 4, 2));
    expect(one).toMatchObject({ workers: 1, repeats: 1, asked: 20, failed: 0 });
    expect(one?.figures).toMatchObject({ speedup: 1, againstFirst: 1 });
    expect(two?.figures).toMatchObject({ speedup: 2, againstFirst: 2, requestsPerSecond: { median: 5 } });
  });

  it('are medians over the repeats, in the order of the worker counts', () => {
    const rows = rowsOf(
      round(2, 0, 6, 3),
      round(1, 0, 8, 8),
      round(2, 1, 6, 1),
      round(1, 1, 8, 8),
      round(2, 2, 6, 2),
    );
    expect(rows.map(({ workers, repeats }) => [workers, repeats])).toEqual([
      [2, 3],
      [1, 2],
    ]);
    expect(rows[0]?.figures?.parallelSeconds).toEqual({ median: 2, min: 1, max: 3 });
    expect(rows[0]?.figures?.speedup).toBe(3);
  });

  it('have no figures when a single request failed', () => {
    const bad = {
      ...round(1, 0, 4, 4),
      parallel: phase(4, { failed: 1, fault: 'x.png: status 503: empty' }),
    };
    const [one, two] = rowsOf(bad, round(2, 0, 4, 2));
    expect(one).toMatchObject({ failed: 1, fault: 'x.png: status 503: empty', figures: undefined });
    expect(two?.figures?.againstFirst).toBeUndefined();
    expect(two?.figures?.speedup).toBe(2);
  });

  it('have no figures when nothing was answered', () => {
    const empty = { ...round(1, 0, 4, 4), parallel: phase(0, { asked: 0, latency: summarize([]) }) };
    expect(rowsOf(empty)[0]?.figures).toBeUndefined();
  });

  it('have no sequential figures under load', () => {
    const [row] = rowsOf({ ...round(1, 0, 4, 4), sequential: undefined });
    expect(row?.figures).toMatchObject({ sequentialSeconds: undefined, speedup: undefined });
    expect(row?.asked).toBe(10);
  });

  it('keep targets and stages apart, and compare with the very first row', () => {
    const rows = rowsOf(
      round(1, 0, 4, 4),
      { ...round(1, 0, 4, 2), target: 'n' },
      { ...round(1, 0, 4, 1), stage: 1 },
    );
    expect(rows.map(({ target, stage, figures }) => [target, stage, figures?.againstFirst])).toEqual([
      ['m', 0, 1],
      ['n', 0, 2],
      ['m', 1, 4],
    ]);
  });

  it('know how sure a ratio is once there are three repeats', () => {
    const repeat = (index: number) => [round(1, index, 4, 4), round(2, index, 4, 2)];
    const [, two] = rowsOf(...[0, 1, 2].flatMap(repeat));
    expect(two?.figures?.againstFirstInterval).toEqual({ low: 2, high: 2 });
    expect(two?.figures?.speedupInterval).toEqual({ low: 2, high: 2 });
    expect(rowsOf(...repeat(0))[1]?.figures?.againstFirstInterval).toBeUndefined();
  });

  it('add errors of each kind up, and what was never sent', () => {
    const bad = phase(1, { failed: 1, errors: { timeout: 1 }, unsent: 3 });
    const [row] = rowsOf({ ...round(1, 0, 4, 4), sequential: bad, parallel: bad });
    expect(row).toMatchObject({ errors: { timeout: 2 }, unsent: 6, failed: 2 });
  });

  it('hold what the server said of itself', () => {
    const side = (queueMs: number, rssBytes: number) => ({
      queueMs,
      batchSize: undefined,
      cpuPercent: 50,
      workers: [{ pid: 1, rssBytes, cpuPercent: 50 }],
    });
    const [row] = rowsOf(
      { ...round(1, 0, 4, 4), server: side(1, 10) },
      { ...round(1, 1, 4, 4), server: side(3, 30) },
    );
    expect(row?.figures).toMatchObject({
      queueMs: { median: 2, min: 1, max: 3 },
      workerRssBytes: { max: 30 },
      batchSize: undefined,
    });
    expect(rowsOf({ ...round(1, 0, 4, 4), server: side(1, 0) })[0]?.figures?.workerRssBytes).toBeUndefined();
  });
});
