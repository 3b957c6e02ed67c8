import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { pythonWith } from '../runtimes/python/interpreters.js';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const TORCHSERVE = fileURLToPath(new URL('../../bin/torchserve.js', import.meta.url));
const LIMIT_MS = 300_000;

interface CaseReport {
  readonly file: string;
  readonly case: string;
  readonly result: 'pass' | 'FAIL' | 'skip';
  readonly problems: readonly string[];
}

/** The interpreter runs the kit, and the handlers of the Python cases; those about torch count where it has torch. */
const torch = pythonWith('torch');
const python = 'reason' in torch ? pythonWith() : torch;

describe('TorchServe’s recorded answers', () => {
  it.skipIf('reason' in python).each([
    ['JavaScript', 'rest', 280],
    ['Python', 'rest-python', 330],
  ])(
    'are what the server behind the torchserve door answers with handlers in %s, but for the listed differences',
    async (_, cases, least) => {
      const skipped = readSkipped(cases);
      const reports = await runKit(cases);
      const failed = reports.filter(({ result }) => result === 'FAIL');
      const surprising = failed.filter((report) => !(nameOf(report) in skipped));
      expect(surprising).toEqual([]);
      // A difference that is gone must leave the list.
      expect(failed.map(nameOf).sort()).toEqual(Object.keys(skipped).sort());
      expect(reports.filter(({ result }) => result === 'pass').length).toBeGreaterThan(least);
    },
    LIMIT_MS,
  );
});

/** Cases that differ on purpose, with the reason. */
function readSkipped(cases: string): Record<string, string> {
  return JSON.parse(readFileSync(join(HERE, cases, 'skipped.json'), 'utf8')) as Record<string, string>;
}

function nameOf(report: CaseReport): string {
  return `${report.file}/${report.case}`;
}

async function runKit(cases: string): Promise<readonly CaseReport[]> {
  if ('reason' in python) return [];
  const folder = mkdtempSync(join(tmpdir(), 'ts-conform-'));
  const report = join(folder, 'report.json');
  const launch = `${process.execPath} ${TORCHSERVE} --start --foreground --ts-config {config} --model-store {model_store}`;
  const kit = spawn(
    python.path,
    [join(HERE, 'kit/conform.py'), '--cases', join(HERE, cases), '--launch', launch, '--report', report],
    {
      stdio: 'ignore',
      env: { ...process.env, PATH: [dirname(python.path), process.env.PATH].join(delimiter) },
    },
  );
  await new Promise((resolve) => kit.once('exit', resolve));
  const reports = JSON.parse(readFileSync(report, 'utf8')) as CaseReport[];
  rmSync(folder, { recursive: true, force: true });
  return reports;
}
