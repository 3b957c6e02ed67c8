import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

function generate(root: string, ...args: string[]): { status: number | null; stderr: string } {
  return spawnSync(process.execPath, [join(root, 'fixtures/docs/generate.mjs'), ...args], {
    encoding: 'utf8',
  });
}

describe('the generated tables of the manual', () => {
  it('are up to date', () => {
    expect(generate(ROOT, '--check')).toMatchObject({ stderr: '', status: 0 });
  });

  it('are found to be out of date when a page differs, and are then written anew', () => {
    const copy = mkdtempSync(join(tmpdir(), 'docs-'));
    try {
      mkdirSync(join(copy, 'fixtures'));
      symlinkSync(join(ROOT, 'dist'), join(copy, 'dist'));
      for (const folder of ['docs', 'fixtures/docs'])
        cpSync(join(ROOT, folder), join(copy, folder), { recursive: true });
      const page = join(copy, 'docs/configuration.md');
      const right = readFileSync(page, 'utf8');
      writeFileSync(page, right.replace('| `job_queue_size` |', '| `job_queue` |'));
      const checked = generate(copy, '--check');
      expect(checked.status).toBe(1);
      expect(checked.stderr).toContain('docs/configuration.md');
      expect(generate(copy).status).toBe(0);
      expect(readFileSync(page, 'utf8')).toBe(right);
    } finally {
      rmSync(copy, { recursive: true });
    }
  });
});
