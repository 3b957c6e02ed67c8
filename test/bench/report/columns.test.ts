import { describe, expect, it } from 'vitest';
import { toColumns } from '../../../src/bench/report/columns.js';
import { toRows } from '../../../src/bench/rows.js';
import { LOAD, loadRound, measurementOf, phaseOf, SCALING, STAGE, scalingRound } from '../measurement.js';

describe('the columns of the scaling table', () => {
  it('are those of the worker-scaling tutorials', () => {
    const rounds = [scalingRound(1, phaseOf(2), phaseOf(1.6)), scalingRound(2, phaseOf(2), phaseOf(0.8))];
    expect(toColumns(measurementOf(SCALING, rounds))).toEqual({
      head: [
        'workers',
        'sequential s',
        'parallel s',
        'speed-up',
        'against first',
        'p50 ms',
        'p99 ms',
        'errors',
      ],
      lines: [
        ['1', '2.000', '1.600', '1.25x', '1.00x', '5.00', '5.00', '0'],
        ['2', '2.000', '0.800', '2.50x', '2.00x', '5.00', '5.00', '0'],
      ],
    });
  });

  it('show how far repeats lie apart', () => {
    const rounds = [1, 3, 2].map((seconds) => scalingRound(1, phaseOf(4), phaseOf(seconds)));
    expect(toColumns(measurementOf(SCALING, rounds)).lines[0]?.[2]).toBe('2.000 (1.000–3.000)');
  });

  it('hold no figure in a line with a failed request', () => {
    const bad = phaseOf(1, { failed: 3, fault: 'x' });
    const { head, lines } = toColumns(measurementOf(SCALING, [scalingRound(1, phaseOf(2), bad)]));
    expect(lines).toEqual([['1', '–', '–', '–', '–', '–', '–', '3 of 20']]);
    expect(lines[0]).toHaveLength(head.length);
  });
});

describe('the columns of the load table', () => {
  it('hold throughput instead of seconds', () => {
    const { head, lines } = toColumns(measurementOf(LOAD, [loadRound(undefined, phaseOf(2))]));
    expect(head).toEqual([
      'workers',
      'requests',
      'requests/s',
      'against first',
      'p50 ms',
      'p90 ms',
      'p99 ms',
      'p99.9 ms',
      'errors',
    ]);
    expect(lines).toEqual([['as found', '10', '5.0', '1.00x', '5.00', '5.00', '5.00', '5.00', '0']]);
  });

  it('hold no figure in a line with a failed request', () => {
    const bad = phaseOf(1, { failed: 1, fault: 'x' });
    const { head, lines } = toColumns(measurementOf(LOAD, [loadRound(1, bad)]));
    expect(lines[0]).toHaveLength(head.length);
    expect(lines[0]?.slice(1, -1)).toEqual(['–', '–', '–', '–', '–', '–', '–']);
  });

  it('name connections and rates only where they differ, and what was never sent', () => {
    const stages = [100, 200].map((ratePerSecond) => ({ ...STAGE, ratePerSecond }));
    const rounds = [
      loadRound(undefined, phaseOf(2)),
      { ...loadRound(undefined, phaseOf(2, { unsent: 7 })), stage: 1 },
    ];
    const { head, lines } = toColumns(measurementOf({ ...LOAD, stages }, rounds));
    expect(head).toContain('rate/s');
    expect(head).not.toContain('connections');
    expect(head).not.toContain('against first');
    const column = (name: string) => lines.map((line) => line[head.indexOf(name)]);
    expect(column('rate/s')).toEqual(['100', '200']);
    expect(column('unsent')).toEqual(['0', '7']);
    const more = [8, 16].map((connections) => ({ ...STAGE, connections }));
    expect(toColumns(measurementOf({ ...LOAD, stages: more }, rounds)).head).toContain('connections');
  });
});

describe('the columns of any table', () => {
  const one = scalingRound(1, phaseOf(2), phaseOf(2));

  it('hold what the server said of itself, where it did', () => {
    const worker = { pid: 1, rssBytes: 50 * 2 ** 20, cpuPercent: 80 };
    const server = { queueMs: 1.234, batchSize: undefined, cpuPercent: 80.4, workers: [worker] };
    const { head, lines } = toColumns(measurementOf(SCALING, [{ ...one, server }]));
    expect(head.slice(7)).toEqual(['queue ms', 'CPU %', 'worker MiB', 'errors']);
    expect(lines[0]?.slice(7)).toEqual(['1.23', '80', '50', '0']);
  });

  it('name targets and how far their answers lie apart when several were compared', () => {
    const measurement = measurementOf(SCALING, [
      { ...one, target: 'a.mar' },
      { ...one, target: 'b.mar' },
    ]);
    const [digits] = measurement.targets;
    if (!digits) throw new Error('no target');
    const targets = [
      { ...digits, label: 'a.mar' },
      { ...digits, label: 'b.mar', difference: { kind: 'same' } as const },
    ];
    const { head, lines } = toColumns({ ...measurement, targets });
    expect(head[0]).toBe('target');
    expect(lines.map((line) => [line[0], line[head.indexOf('answers')]])).toEqual([
      ['a.mar', 'the first'],
      ['b.mar', 'same bytes'],
    ]);
  });

  it('show the confidence of a ratio behind it once there are repeats enough', () => {
    const rounds = [2, 4, 4].map((seconds) => scalingRound(1, phaseOf(8), phaseOf(seconds)));
    const [line] = toColumns(measurementOf(SCALING, rounds)).lines;
    expect(line?.[3]).toBe('2.00x (2.00–4.00)');
    expect(line?.[4]).toBe('1.00x');
  });

  it('compare with an earlier result', () => {
    const now = measurementOf(SCALING, [scalingRound(1, phaseOf(2), phaseOf(1))]);
    const before = measurementOf(SCALING, [one]);
    const baseline = { path: 'x', cpu: '', cores: 1, rows: toRows(before.run) };
    const { head, lines } = toColumns(now, baseline);
    expect(lines[0]?.[head.indexOf('rate vs baseline')]).toBe('+100.0 %');
    expect(lines[0]?.[head.indexOf('p99 vs baseline')]).toBe('+0.0 %');
  });
});
