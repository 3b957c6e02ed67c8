import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunningCommand, runBench } from './run-command.js';

const SMALL = [
  '--workers',
  '1',
  '--threads',
  '1',
  '--batch-delays',
  '1',
  '--connections',
  '2',
  '--duration',
  '1',
];

let folder: string;
let running: RunningCommand | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ts-tune-test-'));
});
afterEach(() => {
  running?.process.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function tune(...words: string[]) {
  running = runBench(folder, 'tune', ...words);
  return running;
}

describe('ts bench tune', () => {
  it('prints what it tried and writes what it recommends', async () => {
    const { status, stdout, stderr } = await tune('--slo', 'p99=60s', ...SMALL, '--batch-sizes', '1,4').ended;
    expect(status, stderr).toBe(0);
    expect(stdout).toContain('The most requests per second with p99 <= 60000 ms: 2 runs of 2 combinations');
    expect(stdout).toMatch(/│ +run │ +workers │ +threads │ +batch │/);
    expect(stdout).toMatch(/Chosen: 1 worker with 1 thread/);
    expect(readFileSync(join(folder, 'model-config.yaml'), 'utf8')).toContain('minWorkers: 1\n');
  }, 60_000);

  it('prints nothing but JSON on stdout, also when no settings keep the limit', async () => {
    const { status, stdout, stderr } = await tune(
      '--slo',
      'p99=0.001ms',
      ...SMALL,
      '--batch-sizes',
      '1',
      '--json',
    ).ended;
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ runs: 1, chosen: { withinLimits: false } });
    expect(stderr).toContain('Nothing that was tried (1 setting) keeps p99 <= 0.001 ms');
    expect(readdirSync(folder)).toEqual([]);
  }, 60_000);

  it('prints table and settings before it says that the file cannot be written', async () => {
    const output = join(folder, 'below/out.yaml');
    mkdirSync(join(folder, 'below'));
    const words = ['--slo', 'p99=60s', ...SMALL, '--batch-sizes', '1', '--output', output];
    const command = tune(...words);
    await command.says('1 run of 1 combination');
    rmSync(join(folder, 'below'), { recursive: true });
    const { status, stdout, stderr } = await command.ended;
    expect(stdout).toMatch(/│ +run │[\s\S]*Chosen: [\s\S]*\nminWorkers: 1\n/);
    expect(stderr).toContain(`${output} cannot be written: there is no such file or folder.`);
    expect(status).toBe(1);
  }, 60_000);

  it('gives the best so far on Ctrl-C', async () => {
    const command = tune('--slo', 'p99=60s', ...SMALL, '--batch-sizes', '1,2,4,8', '--runs', '4');
    const output = join(folder, 'model-config.yaml');
    await command.says('4 runs of 4 combinations');
    // The first run takes two seconds of load and one of starting; the last one ends long after this.
    await new Promise((resolve) => setTimeout(resolve, 6000));
    command.process.kill('SIGINT');
    const { status, stdout, stderr } = await command.ended;
    expect(status, stderr).toBe(130);
    expect(existsSync(output)).toBe(stdout.includes('Chosen'));
    expect(stderr).toMatch(/Stopped (early|before anything was measured)\.\n/);
  }, 60_000);

  it.each([
    [['--slo', 'p98=1'], 'known are mean, p50, p90, p99, p99.9, max'],
    [['--slo', 'p99=1', '--workers', '0'], '--workers 0'],
    [['--slo', 'p99=1', '--batch-sizes', 'a'], '--batch-sizes a'],
    [[], 'slo'],
  ])('refuses %j', async (words, complaint) => {
    const { status, stderr } = await tune(...words).ended;
    expect(status).toBe(2);
    expect(stderr).toContain(complaint);
  });

  it('overwrites nothing', async () => {
    writeFileSync(join(folder, 'model-config.yaml'), 'mine');
    const { status, stderr } = await tune('--slo', 'p99=1').ended;
    expect(status).toBe(1);
    expect(stderr).toContain('model-config.yaml exists already.');
    expect(readFileSync(join(folder, 'model-config.yaml'), 'utf8')).toBe('mine');
  });
});
