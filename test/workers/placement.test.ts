import { describe, expect, it } from 'vitest';
import type { Device } from '../../src/devices/device.js';
import {
  capacityFor,
  type Demand,
  FIRST_TURNS,
  Placement,
  place,
  placementWarning,
} from '../../src/workers/placement.js';

function gpus(count: number): readonly Device[] {
  return Array.from({ length: count }, (_, index) => ({ type: 'cuda', index }));
}

/** Where workers of these demands land, one after another: GPU numbers, `-` for the CPU, `0+1` for a group. */
function landing(count: number, demands: readonly Partial<Demand>[]): string {
  const placement = new Placement(gpus(count));
  const placed = demands.map((demand) => placement.place({ key: 'm/1.0', ...demand }));
  return placed
    .map(({ device, group }) =>
      group.length > 0 ? group.map(({ index }) => index).join('+') : String(device.index ?? '-'),
    )
    .join(' ');
}

function times(count: number, demand: Partial<Demand>): readonly Partial<Demand>[] {
  return Array.from({ length: count }, () => demand);
}

describe('placement', () => {
  it.each<[string, number, readonly Partial<Demand>[], string]>([
    ['no GPU: the CPU', 0, times(2, {}), '- -'],
    ['one GPU: always that', 1, times(3, {}), '0 0 0'],
    ['the counter is counted up before it is used', 2, times(4, {}), '1 0 1 0'],
    ['four GPUs in turn', 4, times(6, {}), '1 2 3 0 1 2'],
    ['eight GPUs in turn', 8, times(9, {}), '1 2 3 4 5 6 7 0 1'],
    ['all models share the counter', 4, [{ key: 'a' }, { key: 'b' }, { key: 'a' }], '1 2 3'],
    ['deviceType cpu takes no turn', 4, [{}, { deviceType: 'cpu' }, {}], '1 - 2'],
    ['deviceType gpu without GPUs falls back', 0, [{ deviceType: 'gpu' }], '-'],
    ['deviceIds begin with the first of the list', 4, times(4, { deviceIds: [3, 1] }), '3 1 3 1'],
    [
      'each model with deviceIds counts for itself',
      4,
      [
        { key: 'a', deviceIds: [2, 3] },
        { key: 'b', deviceIds: [2, 3] },
      ],
      '2 2',
    ],
    ['deviceIds leave the shared counter alone', 4, [{}, { deviceIds: [0] }, {}], '1 0 2'],
    ['deviceIds with one that does not exist are ignored', 2, times(2, { deviceIds: [0, 2] }), '1 0'],
    ['deviceIds with a negative one are ignored', 2, [{ deviceIds: [-1] }], '1'],
    ['deviceIds with a fraction are ignored', 2, [{ deviceIds: [0.5] }], '1'],
    ['an empty list is no list', 2, [{ deviceIds: [] }], '1'],
    ['deviceType cpu wins over deviceIds', 2, [{ deviceType: 'cpu', deviceIds: [1] }], '-'],
    ['groups are next to each other, from the first on', 8, times(3, { parallelLevel: 2 }), '0+1 2+3 4+5'],
    ['groups begin anew when all had a turn', 4, times(3, { parallelLevel: 2 }), '0+1 2+3 0+1'],
    [
      'groups are cut from deviceIds',
      8,
      times(3, { parallelLevel: 2, deviceIds: [7, 5, 3, 1] }),
      '7+5 3+1 7+5',
    ],
    ['groups without GPUs compute on the CPU', 0, [{ parallelLevel: 2 }], '-'],
  ])('%s', (_, count, demands, expected) => {
    expect(landing(count, demands)).toBe(expected);
  });

  it('changes nothing that it was given', () => {
    const [, turns] = place(gpus(2), FIRST_TURNS, { key: 'a', deviceIds: [1] });
    expect(FIRST_TURNS).toEqual({ last: 0, next: {} });
    expect(turns).toEqual({ last: 0, next: { a: 0 } });
  });
});

describe('the capacity of the devices', () => {
  it.each<[number, Partial<Demand>, number]>([
    [8, {}, Number.POSITIVE_INFINITY],
    [8, { parallelLevel: 2 }, 4],
    [5, { parallelLevel: 2 }, 2],
    [1, { parallelLevel: 2 }, 0],
    [8, { parallelLevel: 2, deviceIds: [0, 1, 2] }, 1],
    [8, { parallelLevel: 2, deviceType: 'cpu' }, Number.POSITIVE_INFINITY],
    [0, { parallelLevel: 2 }, Number.POSITIVE_INFINITY],
  ])('%i GPUs carry for %j: %d workers', (count, demand, capacity) => {
    expect(capacityFor(gpus(count), { key: 'm', ...demand })).toBe(capacity);
  });
});

describe('the warning of a demand that cannot be met', () => {
  it.each<[number, Partial<Demand>, string | undefined]>([
    [2, { deviceIds: [0, 5] }, 'deviceIds 0,5 of m/1.0 are ignored: there are 2 GPUs, numbered from 0.'],
    [1, { deviceIds: [1] }, 'deviceIds 1 of m/1.0 are ignored: there is 1 GPU, numbered from 0.'],
    [2, { deviceIds: [0, 1] }, undefined],
    [2, { deviceType: 'cpu', deviceIds: [9] }, undefined],
    [0, { deviceType: 'gpu' }, 'm/1.0 runs on the CPU: there is no GPU.'],
    [0, {}, undefined],
  ])('%i GPUs, %j', (count, demand, warning) => {
    expect(placementWarning(gpus(count), { key: 'm/1.0', ...demand })).toBe(warning);
  });
});
