import { spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { visitArchive } from '../../src/archive/extract.js';
import { DEFAULT_LIMITS } from '../../src/archive/limits.js';
import { packArchive } from '../../src/archive/pack.js';
import type { ArchiveFormat } from '../../src/archive/plan.js';
import { planModelArchive } from '../../src/archive/plan-model.js';
import { codeOf, complaintOf, filesBelow, noise, scratch } from './scratch.js';

const BIN = fileURLToPath(new URL('../../bin/torch-model-archiver.js', import.meta.url));
const FILES = {
  'h.py': 'def handle(): pass\n'.repeat(10),
  'w.pt': noise(1_500_000),
  'assets/sub/l.json': '{}',
};

function plan(folder: string, format: ArchiveFormat = 'default', force = false) {
  return planModelArchive({
    kind: 'Model',
    name: 'm',
    version: '1.0',
    handler: 'h.py',
    runtime: 'python',
    serializedFile: 'w.pt',
    extraFiles: ['assets'],
    exportPath: '.',
    format,
    force,
    folder,
  });
}

async function contentsOf(path: string): Promise<Record<string, string>> {
  const seen: Record<string, string> = {};
  await visitArchive(path, DEFAULT_LIMITS, async (entry, bytes) => {
    for await (const _ of bytes);
    seen[entry.name] = entry.packing;
  });
  return seen;
}

describe('packing', () => {
  it('deflates texts and stores weights in the default format, nothing in zip-store', async () => {
    const folder = scratch(FILES);
    const packed = await packArchive(await plan(folder));
    expect(packed).toMatchObject({ path: join(folder, 'm.mar'), fileCount: 4 });
    expect(packed.sizeBytes).toBe(readFileSync(packed.path).length);
    expect(await contentsOf(packed.path)).toEqual({
      'h.py': 'deflated',
      'sub/l.json': 'stored',
      'w.pt': 'stored',
      'MAR-INF/MANIFEST.json': 'deflated',
    });
    await packArchive(await plan(folder, 'zip-store', true));
    expect(Object.values(await contentsOf(packed.path))).toEqual(Array(4).fill('stored'));
  });

  it('without a manifest writes the files alone', async () => {
    const folder = scratch(FILES);
    const { files } = await plan(folder);
    const output = join(folder, 'alone.zip');
    const packed = await packArchive({ name: 'x', output, format: 'default', force: false, files });
    expect(packed.fileCount).toBe(3);
    const listed = spawnSync('python3', ['-m', 'zipfile', '-l', output], { encoding: 'utf8' });
    expect(listed.stdout).toContain('sub/l.json');
    expect(listed.stdout).not.toContain('MANIFEST');
  });

  it('writes the manifest last, and under the model’s name in a .tar.gz', async () => {
    const folder = scratch(FILES);
    const { path } = await packArchive(await plan(folder, 'tgz'));
    expect(path).toBe(join(folder, 'm.tar.gz'));
    expect(Object.keys(await contentsOf(path)).at(-1)).toBe('MAR-INF/MANIFEST.json');
  });

  it.each(['default', 'tgz', 'no-archive'] as const)('gives the same bytes again as %s', async (format) => {
    const [one, two] = [scratch(FILES), scratch(FILES)];
    for (const folder of [one, two])
      for (const name of ['h.py', 'w.pt', 'assets/sub/l.json']) utimesSync(join(folder, name), 1000, 1000);
    const paths = [await packArchive(await plan(one, format)), await packArchive(await plan(two, format))];
    const bytes = paths.map(({ path }) =>
      format === 'no-archive'
        ? filesBelow(path).map((name) => [name, readFileSync(join(path, name), 'latin1')])
        : readFileSync(path, 'latin1'),
    );
    expect(bytes[0]).toEqual(bytes[1]);
  });

  it('replaces a folder as a whole', async () => {
    const folder = scratch(FILES);
    const { path } = await packArchive(await plan(folder, 'no-archive'));
    writeFileSync(join(path, 'old.txt'), '');
    await packArchive(await plan(folder, 'no-archive', true));
    expect(filesBelow(path)).toEqual(['MAR-INF/MANIFEST.json', 'h.py', 'sub/l.json', 'w.pt']);
    expect(readdirSync(folder).sort()).toEqual(['assets', 'h.py', 'm', 'w.pt']);
  });

  it('tells how far it is, up to the last byte', async () => {
    const made = await plan(scratch(FILES));
    const seen: number[] = [];
    await packArchive(made, { onProgress: (doneBytes) => seen.push(doneBytes) });
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(made.totalBytes);
  });
});

describe('packing that goes wrong leaves nothing behind', () => {
  it('when a file changed since it was looked at', async () => {
    const folder = scratch(FILES);
    const made = await plan(folder);
    appendFileSync(join(folder, 'w.pt'), 'more');
    expect(await complaintOf(packArchive(made))).toContain('w.pt changed while it was being archived');
    expect(readdirSync(folder).sort()).toEqual(['assets', 'h.py', 'w.pt']);
  });

  it('when it is interrupted', async () => {
    const folder = scratch(FILES);
    const controller = new AbortController();
    const packing = packArchive(await plan(folder), {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    expect(await codeOf(packing)).toBe('ARCHIVE_CANCELLED');
    expect(readdirSync(folder).sort()).toEqual(['assets', 'h.py', 'w.pt']);
  });

  it('when the place is taken meanwhile', async () => {
    const folder = scratch(FILES);
    const made = await plan(folder);
    writeFileSync(join(folder, 'm.mar'), 'mine');
    expect(await codeOf(packArchive(made))).toBe('ARCHIVE_EXISTS');
    expect(readFileSync(join(folder, 'm.mar'), 'utf8')).toBe('mine');
  });

  it('when the place cannot be written to', async () => {
    const folder = scratch(FILES);
    const made = await plan(folder);
    mkdirSync(made.output);
    expect(await codeOf(packArchive({ ...made, force: true, output: '/proc/m.mar' }))).toBe('ARCHIVE_WRITE');
  });
});

describe('a killed archiver', () => {
  it('leaves nothing under the final name, and the next run clears its traces', async () => {
    const folder = scratch({ 'h.py': '', 'w.pt': '' });
    truncateSync(join(folder, 'w.pt'), 2 ** 31);
    const args = ['--model-name', 'm', '-v', '1', '--handler', 'h.py', '--export-path', 'out'];
    mkdirSync(join(folder, 'out'));
    const child = spawn(process.execPath, [BIN, ...args, '--serialized-file', 'w.pt'], { cwd: folder });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    while (readdirSync(join(folder, 'out')).length === 0)
      await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill('SIGKILL');
    await ended;
    expect(readdirSync(join(folder, 'out'))).toEqual([expect.stringMatching(/^\.m\.mar\..*\.part$/)]);
    const next = spawn(process.execPath, [BIN, ...args], { cwd: folder });
    expect(await new Promise((resolve) => next.once('exit', resolve))).toBe(0);
    expect(readdirSync(join(folder, 'out'))).toEqual(['m.mar']);
  });
});
