import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspectArchive } from '../../../src/archive/inspect.js';
import { scratch } from '../../archive/scratch.js';
import { runBin } from '../archive/run-bin.js';

describe('torch-workflow-archiver', () => {
  it('packs a graph, its handler and more files', async () => {
    const folder = scratch({ 'spec.yaml': '', 'h.py': '', 'a.txt': '', 'b.txt': '' });
    const args = [
      '--workflow-name',
      'w',
      '--spec-file',
      'spec.yaml',
      '--handler',
      'h.py',
      '--extra-files',
      'a.txt, b.txt',
    ];
    expect(await runBin('torch-workflow-archiver', args, folder)).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
    const { entries, problems } = await inspectArchive(join(folder, 'w.war'));
    expect(problems).toEqual([]);
    expect(entries.map(({ name }) => name)).toEqual([
      'a.txt',
      'b.txt',
      'h.py',
      'spec.yaml',
      'WAR-INF/MANIFEST.json',
    ]);
  });

  it('ends with 2 for wrong usage and with 1 for a missing file', async () => {
    const folder = scratch({ 'spec.yaml': '', 'h.py': '' });
    const args = ['--workflow-name', 'w', '--spec-file', 'spec.yaml'];
    expect((await runBin('torch-workflow-archiver', args, folder)).code).toBe(2);
    const gone = await runBin('torch-workflow-archiver', [...args, '--handler', 'gone.py'], folder);
    expect(gone).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('File does not exist: gone.py (--handler).'),
    });
  });
});
