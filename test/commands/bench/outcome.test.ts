import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BenchFlags } from '../../../src/commands/bench/demand.js';
import { checkOutput, failUnlessSound, report } from '../../../src/commands/bench/outcome.js';
import { measurementOf, phaseOf, SCALING, scalingRound } from '../../bench/measurement.js';

const MEASUREMENT = measurementOf(SCALING, [scalingRound(1, phaseOf(2), phaseOf(1))]);
const NONE = { baseline: undefined, verdicts: [] };
let folder: string;
let printed: { stdout: string; stderr: string };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ts-outcome-'));
  printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      printed[name] += text;
      return true;
    });
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const flags = (over: Partial<BenchFlags>) => over as BenchFlags;

describe('the report of a measurement', () => {
  it.each([
    [{}, /│ workers │/],
    [{ json: true }, /^\{\n {2}"format": 2,/],
    [{ markdown: true }, /^\| workers \|/m],
    [{ csv: true }, /^date,commit,/],
  ])('is printed as %j asks', async (over, pattern) => {
    await report(flags(over), MEASUREMENT, NONE);
    expect(printed.stdout).toMatch(pattern);
  });

  it('is written as a page besides', async () => {
    const html = join(folder, 'page.html');
    await report(flags({ html }), MEASUREMENT, NONE);
    expect(readFileSync(html, 'utf8')).toContain('<!doctype html>');
    expect(printed.stdout).toContain('workers');
  });

  it('says when the page cannot be written, after the table', async () => {
    const html = join(folder, 'none', 'page.html');
    await expect(report(flags({ html }), MEASUREMENT, NONE)).rejects.toMatchObject({ code: 'BENCH_OUTPUT' });
    expect(printed.stdout).toContain('workers');
  });

  it('leaves nothing half-written behind', async () => {
    const html = join(folder, 'taken');
    mkdirSync(html);
    await expect(report(flags({ html }), MEASUREMENT, NONE)).rejects.toMatchObject({ code: 'BENCH_OUTPUT' });
    expect(readdirSync(folder)).toEqual(['taken']);
  });

  it('is refused a folder that is not there before anything is measured', async () => {
    const refused = checkOutput(flags({ html: join(folder, 'none', 'page.html') }));
    await expect(refused).rejects.toThrowError('there is no such folder');
    await checkOutput(flags({ html: join(folder, 'page.html') }));
    await checkOutput(flags({}));
  });

  it('remarks that a baseline comes from another machine', async () => {
    const baseline = { path: 'x', cpu: 'Another CPU', cores: 64, rows: [] };
    await report(flags({}), MEASUREMENT, { baseline, verdicts: [] });
    expect(printed.stderr).toContain('another machine: 64 cores, Another CPU');
  });
});

describe('a measurement', () => {
  it('is no success with failed requests', () => {
    const bad = phaseOf(1, { failed: 2, fault: 'x: status 503' });
    const failing = measurementOf(SCALING, [scalingRound(1, phaseOf(1), bad)]);
    expect(() => failUnlessSound(failing, NONE)).toThrowError(
      expect.objectContaining({ code: 'BENCH_FAILED' }),
    );
    expect(() => failUnlessSound(MEASUREMENT, NONE)).not.toThrow();
  });

  it('is no success when it is not as asserted', () => {
    const verdict = { assertion: 'p99<1', row: 'r', measured: 5, holds: false, failure: 'p99<1: it is 5 ms' };
    const held = {
      baseline: undefined,
      verdicts: [verdict, { ...verdict, holds: true, failure: undefined }],
    };
    expect(() => failUnlessSound(MEASUREMENT, held)).toThrowError('Not as asserted: p99<1: it is 5 ms.');
  });
});
