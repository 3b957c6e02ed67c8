import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratch } from '../archive/scratch.js';
import { runBin } from './archive/run-bin.js';

describe('ts archive', () => {
  it('alone in a model folder says what it picked and why, and builds version 1.0', async () => {
    const folder = scratch({ 'my_handler.ts': '', 'm.onnx': '', 'train.py': '' });
    const { code, stdout, stderr } = await runBin('ts-model-archiver', ['--model-name', 'bloom'], folder);
    expect(code).toBe(0);
    expect(stderr).toMatch(/--handler my_handler\.ts +it is the only handler here/);
    expect(stderr).toMatch(/--serialized-file m\.onnx +it is the only model file here/);
    expect(stderr).toContain('left out: train.py');
    expect(stdout).toMatch(
      /bloom\.mar: .*3 files; model bloom, version 1\.0, runtime node, handler my_handler\.ts/,
    );
    expect(existsSync(join(folder, 'bloom.mar'))).toBe(true);
  });

  it('takes every flag, lists with spaces, and flags that repeat', async () => {
    const folder = scratch({
      'h.py': '',
      'w.pt': '',
      'net.py': '',
      'r.txt': '',
      'c.yaml': '',
      'a.json': '',
      'b.json': '',
      'd/e.json': '',
      'out/': '',
    });
    const { code, stdout } = await runBin(
      'ts',
      [
        ...['archive', '--model-name', 'm', '-v', '2', '--handler', 'h.py', '--serialized-file', 'w.pt'],
        ...[
          '--model-file',
          'net.py',
          '--runtime',
          'python3',
          '-r',
          'r.txt',
          '-c',
          'c.yaml',
          '--export-path',
          'out',
        ],
        ...[
          '--extra-files',
          'a.json,',
          'b.json',
          '--extra-files',
          'd',
          '--archive-format',
          'tgz',
          '-f',
          '--json',
        ],
      ],
      folder,
    );
    expect(code).toBe(0);
    const { path, files, manifest } = JSON.parse(stdout);
    expect(path).toBe(join(folder, 'out/m.tar.gz'));
    expect(files.map(({ name }: { name: string }) => name)).toEqual([
      'a.json',
      'b.json',
      'c.yaml',
      'e.json',
      'h.py',
      'net.py',
      'r.txt',
      'w.pt',
    ]);
    expect(manifest.runtime).toBe('python3');
  });

  it('ends with 1 and one paragraph when something is wrong, and with 2 when the usage is', async () => {
    const folder = scratch({ 'a.onnx': '', 'b.onnx': '' });
    const ambiguous = await runBin('ts', ['archive', '--model-name', 'm'], folder);
    expect(ambiguous).toMatchObject({ code: 1, stdout: '' });
    expect(ambiguous.stderr).toMatch(
      /more than one model file in .*: a\.onnx, b\.onnx\.\nSay which with --serialized-file\.\n$/,
    );
    for (const args of [[], ['--model-name', 'm', '--runtime', 'ruby'], ['--model-name', 'm', '--unknown']])
      expect((await runBin('ts', ['archive', ...args], folder)).code).toBe(2);
  });

  it('refuses a built-in handler for Node without an .onnx file, which could never be loaded', async () => {
    const folder = scratch({ 'model.pt': '' });
    const args = ['archive', '--model-name', 'm', '--handler', 'image_classifier', '--runtime', 'node'];
    const refused = await runBin('ts', args, folder);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('serves an .onnx model, and there is none among its files.');
    expect(existsSync(join(folder, 'm.mar'))).toBe(false);
    const python = await runBin('ts', [...args.slice(0, -1), 'python'], folder);
    expect(python.code).toBe(0);
  });

  it('shows examples in its help', async () => {
    const { stdout, code } = await runBin('ts', ['archive', '--help'], scratch());
    expect(code).toBe(0);
    expect(stdout).toContain('$ ts archive --model-name digits');
  });
});
