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
/** What stdout fails with. */
let full: Error | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ts-outcome-'));
  printed = { stdout: '', stderr: '' };
  full = undefined;
  for (const name of ['stdout', 'stderr'] as const)
    vi.spyOn(process[name], 'write').mockImplementation((text, done?: unknown) => {
      if (name === 'stdout' && full) throw full;
      printed[name] += text;
      if (typeof done === 'function') done();
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

  it('is on stderr and in the page when stdout is full', async () => {
    const html = join(folder, 'page.html');
    full = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
    await expect(report(flags({ html }), MEASUREMENT, NONE)).rejects.toMatchObject({
      code: 'BENCH_STDOUT',
      message: 'The result could not be written to stdout: the disk is full.',
    });
    expect(printed.stderr).toContain('workers');
    expect(readFileSync(html, 'utf8')).toContain('<!doctype html>');
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
    await expect(checkOutput(flags({ html: folder }))).rejects.toThrowError(
      '(--html) cannot be written: it is a folder',
    );
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
