import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '../../src/core/log.js';
import { removeAbandoned } from '../../src/server/abandoned.js';
import { leaveFolder } from './killed.js';

let parent: string;
let own: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'ts-left-'));
  own = mkdtempSync(join(parent, 'ts-serve-'));
});

afterEach(() => rmSync(parent, { recursive: true, force: true }));

async function removeAll(signal = new AbortController().signal): Promise<string[]> {
  const said: string[] = [];
  const log = { ...silentLog, info: (line: string) => said.push(line) };
  await removeAbandoned({ parent, own, log, signal });
  return said;
}

describe('folders of killed servers', () => {
  it('are removed, with what was being unpacked', async () => {
    const left = [leaveFolder(parent), leaveFolder(parent)];
    const said = await removeAll();
    expect(readdirSync(parent).map((name) => join(parent, name))).toEqual([own]);
    expect(readdirSync(own)).toEqual([]);
    for (const path of left) expect(said.join('\n')).toContain(path);
  });

  it('stay when their owner lives, or nothing says who it was', async () => {
    const living = leaveFolder(parent, { pid: process.pid });
    const unnamed = mkdtempSync(join(parent, 'ts-serve-'));
    const broken = mkdtempSync(join(parent, 'ts-serve-'));
    writeFileSync(join(broken, 'owner.json'), '{"pid":');
    await removeAll();
    for (const path of [living, unnamed, broken]) expect(existsSync(path)).toBe(true);
  });

  it('stay when they are not folders of this user that only this user can have filled', async () => {
    const other = mkdtempSync(join(parent, 'other-'));
    const target = leaveFolder(other);
    symlinkSync(target, join(parent, 'ts-serve-link'));
    const named = join(parent, 'another-name');
    renameSync(leaveFolder(parent), named);
    const open = leaveFolder(parent);
    chmodSync(open, 0o777);
    writeFileSync(join(parent, 'ts-serve-file'), '');
    await removeAll();
    for (const path of [target, named, open, join(parent, 'ts-serve-link'), join(parent, 'ts-serve-file')])
      expect(existsSync(path)).toBe(true);
  });

  it.runIf(process.getuid?.() === 0)('stay when they are another user’s', async () => {
    const foreign = leaveFolder(parent);
    chownSync(foreign, 12_345, 12_345);
    await removeAll();
    expect(existsSync(foreign)).toBe(true);
  });

  it('are removed by one of several servers that start together, and harm none', async () => {
    const others = [1, 2, 3].map(() => leaveFolder(parent, { pid: process.pid }));
    for (let count = 0; count < 5; count += 1) leaveFolder(parent);
    const { signal } = new AbortController();
    await Promise.all(
      others.map((folder) => removeAbandoned({ parent, own: folder, log: silentLog, signal })),
    );
    expect(
      readdirSync(parent)
        .map((name) => join(parent, name))
        .sort(),
    ).toEqual([own, ...others].sort());
    for (const folder of others) expect(readdirSync(folder).sort()).toEqual(['models', 'owner.json']);
  });

  it('wait for a later server when this one stops', async () => {
    const left = leaveFolder(parent);
    await removeAll(AbortSignal.abort());
    expect(existsSync(left)).toBe(true);
  });

  it('cannot make it fail', async () => {
    leaveFolder(parent);
    rmSync(own, { recursive: true });
    await removeAll();
    const { signal } = new AbortController();
    await removeAbandoned({ parent: join(parent, 'nowhere'), own, log: silentLog, signal });
  });
});
