import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const TORCHSERVE = fileURLToPath(new URL('../../bin/torchserve.js', import.meta.url));
/** Cases that differ on purpose or depend on Python, with the reason. */
const SKIPPED = JSON.parse(readFileSync(join(HERE, 'rest/skipped.json'), 'utf8')) as Record<string, string>;
const PYTHON = spawnSync('python3', ['--version']).status === 0;

interface CaseReport {
  readonly file: string;
  readonly case: string;
  readonly result: string;
  readonly problems: readonly string[];
}

describe('TorchServe’s recorded answers', () => {
  it.skipIf(!PYTHON)(
    'are what the server behind the torchserve door answers, but for the listed differences',
    async () => {
      const reports = await runKit();
      const failed = reports.filter(({ result }) => result === 'FAIL');
      const surprising = failed.filter((report) => !(nameOf(report) in SKIPPED));
      expect(surprising).toEqual([]);
      // A difference that is gone must leave the list.
      expect(failed.map(nameOf).sort()).toEqual(Object.keys(SKIPPED).sort());
      expect(reports.filter(({ result }) => result === 'pass').length).toBeGreaterThan(280);
    },
    240_000,
  );
});

function nameOf(report: CaseReport): string {
  return `${report.file}/${report.case}`;
}

async function runKit(): Promise<readonly CaseReport[]> {
  const folder = mkdtempSync(join(tmpdir(), 'ts-conform-'));
  const report = join(folder, 'report.json');
  const launch = `${process.execPath} ${TORCHSERVE} --start --foreground --ts-config {config} --model-store {model_store}`;
  const kit = spawn(
    'python3',
    [join(HERE, 'kit/conform.py'), '--cases', join(HERE, 'rest'), '--launch', launch, '--report', report],
    { stdio: 'ignore' },
  );
  await new Promise((resolve) => kit.once('exit', resolve));
  const reports = JSON.parse(readFileSync(report, 'utf8')) as CaseReport[];
  rmSync(folder, { recursive: true, force: true });
  return reports;
}
