import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makerMark } from '../../../src/archive/temporary.js';
import { PartialFiles } from '../../../src/store/hub/partial-files.js';

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ts-partial-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

let made = 0;

/** The mark of a process of this machine that has ended. */
function goneMark(): string {
  const [machine] = makerMark().split('-');
  const { pid } = spawnSync('true');
  return `${machine}-${pid}-1-0000000${made++}`;
}

describe('unfinished files', () => {
  it('of runs that are gone are taken over, the largest one, and the others deleted', async () => {
    const folder = scratch();
    writeFileSync(join(folder, `abc.${goneMark()}.incomplete`), 'long one');
    writeFileSync(join(folder, `abc.${goneMark()}.incomplete`), 'short');
    writeFileSync(join(folder, `other.${goneMark()}.incomplete`), 'stays');
    const partials = PartialFiles.list(folder);
    expect(await partials.abandoned(join(folder, 'abc'))).toMatchObject({ sizeBytes: 8 });
    const path = await partials.claim(join(folder, 'abc'), false);
    expect(path).toContain(join(folder, `abc.${makerMark()}-`));
    expect(readFileSync(path, 'utf8')).toBe('long one');
    expect(readdirSync(folder)).toHaveLength(2);
  });

  it('are deleted when everything is to come anew', async () => {
    const folder = scratch();
    writeFileSync(join(folder, `abc.${goneMark()}.incomplete`), 'old');
    const path = await PartialFiles.list(folder).claim(join(folder, 'abc'), true);
    expect(existsSync(path)).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('of a living process, of another machine and of other programs are let alone', async () => {
    const folder = scratch();
    const [machine] = makerMark().split('-');
    const names = [
      `abc.${machine}-${process.ppid}-1-00000000.incomplete`,
      'abc.00000000-1-1-00000000.incomplete',
      'abc.1a2b3c4d.incomplete',
      'abc.incomplete',
    ];
    for (const name of names) writeFileSync(join(folder, name), 'x');
    const partials = PartialFiles.list(folder);
    expect(await partials.abandoned(join(folder, 'abc'))).toBeUndefined();
    await partials.claim(join(folder, 'abc'), false);
    expect(readdirSync(folder).sort()).toEqual([...names].sort());
  });

  it('nobody has written to for an hour are taken over from any machine', async () => {
    const folder = scratch();
    const path = join(folder, 'abc.00000000-1-1-00000000.incomplete');
    writeFileSync(path, 'old');
    const longAgo = Date.now() / 1000 - 4000;
    utimesSync(path, longAgo, longAgo);
    expect(await PartialFiles.list(folder).abandoned(join(folder, 'abc'))).toMatchObject({ path });
  });

  it('are found below a folder, and none where there is no folder', async () => {
    const folder = scratch();
    mkdirSync(join(folder, 'sub'));
    writeFileSync(join(folder, 'sub', `abc.${goneMark()}.incomplete`), 'x');
    expect(await PartialFiles.list(folder, true).abandoned(join(folder, 'sub/abc'))).toBeDefined();
    expect(await PartialFiles.list(join(folder, 'none')).abandoned(join(folder, 'none/abc'))).toBeUndefined();
  });
});
