import { Parser } from '@oclif/core';
import { describe, expect, it } from 'vitest';
import { type BenchFlags, toDemand } from '../../../src/commands/bench/demand.js';
import { BENCH_FLAGS } from '../../../src/commands/bench/flags.js';

async function demand(...argv: string[]) {
  const { flags } = await Parser.parse(argv, { flags: BENCH_FLAGS, strict: true });
  return toDemand(flags as BenchFlags);
}

describe('the flags of ts bench', () => {
  it('ask for the scaling experiment with the bundled model unless told otherwise', async () => {
    const { plan, targets } = await demand();
    expect(plan).toMatchObject({
      mode: 'scaling',
      workers: [1, 2, 4],
      requests: 10,
      parallel: 4,
      repeats: 1,
    });
    expect(targets).toMatchObject([{ kind: 'own', model: undefined, threads: 1 }]);
  });

  it('warm up for a second before the first line, unless nothing is to be warmed up', async () => {
    expect((await demand()).plan).toMatchObject({ warmup: 5, firstWarmupSec: 1 });
    expect((await demand('--warmup', '0')).plan).toMatchObject({ warmup: 0, firstWarmupSec: 0 });
  });

  it('leave the workers of a server as they are that cannot change them', async () => {
    const kserve = ['--url', 'http://h:1', '--dialect', 'kserve-v2', '--model-name', 'm'];
    expect((await demand(...kserve)).plan).toMatchObject({ mode: 'scaling', workers: undefined });
    expect((await demand(...kserve, '--workers', '2')).plan).toMatchObject({ workers: [1, 2] });
    const managed = [...kserve, '--management-url', 'http://h:2'];
    expect((await demand(...managed)).plan).toMatchObject({ workers: [1, 2, 4] });
  });

  it('ask for a load by its length, its connections or its rate', async () => {
    const stage = { connections: 64, ratePerSecond: undefined, durationSec: 3, requests: undefined };
    expect((await demand('--duration', '3')).plan).toMatchObject({
      mode: 'load',
      workers: undefined,
      stages: [stage],
    });
    const { plan } = await demand('--connections', '8', '-n', '500');
    expect(plan).toMatchObject({ stages: [{ ...stage, connections: 8, durationSec: 0, requests: 500 }] });
  });

  it('make a stage of every rate with every number of connections', async () => {
    const stages = async (...argv: string[]) => {
      const { plan } = await demand('--duration', '1', ...argv);
      return plan.mode === 'load' && plan.stages.map((stage) => [stage.connections, stage.ratePerSecond]);
    };
    expect(await stages('--connections', '1,8')).toEqual([
      [1, undefined],
      [8, undefined],
    ]);
    expect(await stages('--rate', '10,20', '--connections', '4')).toEqual([
      [4, 10],
      [4, 20],
    ]);
    expect(await stages('--ramp', '10:30:3')).toEqual([
      [64, 10],
      [64, 20],
      [64, 30],
    ]);
  });

  it('take archives, folders and addresses to compare', async () => {
    const { targets } = await demand('--compare', 'a.mar, b ,http://h:1', '--model-name', 'm');
    expect(targets).toMatchObject([
      { kind: 'own', model: 'a.mar' },
      { kind: 'own', model: 'b' },
      { kind: 'url', url: 'http://h:1', modelName: 'm', dialect: 'torchserve' },
    ]);
  });

  it.each([
    [['--rate', '10'], 'BENCH_LOAD_LENGTH'],
    [['--ramp', '10', '--duration', '1'], 'BENCH_RAMP'],
    [['--connections', 'x', '--duration', '1'], 'BENCH_NUMBERS'],
    [['--compare', 'a.mar'], 'BENCH_COMPARE'],
    [['--compare', 'a.mar,a.mar'], 'BENCH_COMPARE'],
    [['--compare', 'a.mar,'], 'BENCH_COMPARE'],
    [['--compare', 'a.mar,https://h'], 'BENCH_URL'],
  ])('refuse %j', async (argv, code) => {
    await expect(demand(...argv)).rejects.toMatchObject({ code, exitCode: 2 });
  });

  it.each([
    [['--json', '--csv']],
    [['--rate', '1', '--ramp', '1:2', '--duration', '1']],
    [['-P', '4', '--duration', '1']],
    [['--compare', 'a,b', '--model', 'c']],
    [['--dialect', 'other']],
  ])('cannot be combined: %j', async (argv) => {
    await expect(demand(...argv)).rejects.toThrowError();
  });
});
