import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findBaselineRow, readBaseline } from '../../../src/bench/judge/baseline.js';
import { printJson } from '../../../src/bench/report/json.js';
import { toRows } from '../../../src/bench/rows.js';
import { measurementOf, phaseOf, SCALING, scalingRound } from '../measurement.js';

const folder = mkdtempSync(join(tmpdir(), 'ts-baseline-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MEASUREMENT = measurementOf(SCALING, [scalingRound(1, phaseOf(2), phaseOf(1))]);

function write(text: string): string {
  const path = join(folder, 'result.json');
  writeFileSync(path, text);
  return path;
}

describe('a baseline', () => {
  it('is what --json printed', async () => {
    const baseline = await readBaseline(write(printJson(MEASUREMENT)));
    expect(baseline).toMatchObject({ cpu: 'A CPU', cores: 2 });
    const [row] = toRows(MEASUREMENT.run);
    expect(row && findBaselineRow(baseline, row)?.figures).toEqual(row?.figures);
  });

  it.each([
    ['not JSON', 'it is no JSON'],
    ['[]', 'it is no result of ts bench'],
    ['{"format": 1, "rows": []}', 'its format is 1, not 2'],
    ['{"format": 2}', 'it has no rows'],
    ['{"format": 2, "rows": [{"stage": 0, "asked": 1, "figures": {}}]}', 'it has no rows'],
  ])('is not %s', async (text, reason) => {
    await expect(readBaseline(write(text))).rejects.toThrowError(reason);
  });

  it('must be there', async () => {
    await expect(readBaseline(join(folder, 'none.json'))).rejects.toThrowError('there is no such file');
  });

  it('is told by targets only where it has several', () => {
    const [row] = toRows(MEASUREMENT.run);
    if (!row) throw new Error('no row');
    const [a, b] = ['a', 'b'].map((target) => ({ ...row, target }));
    if (!a || !b) throw new Error('no rows');
    const among = (rows: (typeof row)[]) => ({ path: '', cpu: '', cores: 1, rows });
    expect(findBaselineRow(among([a]), b)).toBe(a);
    expect(findBaselineRow(among([a, b]), b)).toBe(b);
    expect(findBaselineRow(among([a, b]), { ...b, target: 'c' })).toBeUndefined();
    expect(findBaselineRow(among([a]), { ...a, workers: 7 })).toBeUndefined();
  });
});
