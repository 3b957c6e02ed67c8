import { spawnSync } from 'node:child_process';
import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  clearStale,
  isMakerGone,
  makerMark,
  temporaryPath,
  uniqueMark,
} from '../../src/archive/temporary.js';
import { scratch } from './scratch.js';

/** A temporary file as a process would have left it that is no more. */
function leaveBehind(folder: string, finalName: string, purpose: 'part' | 'old'): string {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  const mine = temporaryPath(join(folder, finalName), purpose);
  const left = mine.replace(`-${process.pid}-`, `-${pid}-`);
  writeFileSync(left, purpose);
  return basename(left);
}

describe('temporary names', () => {
  it('are hidden, beside the final one, and never the same', () => {
    const [one, two] = [temporaryPath('/x/m.mar', 'part'), temporaryPath('/x/m.mar', 'part')];
    expect(one).toMatch(/^\/x\/\.m\.mar\..*\.part$/);
    expect(one).not.toBe(two);
  });

  it('of ended processes are cleared away, those of living ones and other files are kept', async () => {
    const folder = scratch({ 'm.mar': 'x', '.other.part': 'x' });
    leaveBehind(folder, 'm.mar', 'part');
    leaveBehind(folder, 'm', 'part');
    const mine = temporaryPath(join(folder, 'm.mar'), 'part');
    writeFileSync(mine, '');
    await clearStale(folder);
    expect(readdirSync(folder).sort()).toEqual([basename(mine), '.other.part', 'm.mar'].sort());
  });

  it('of an earlier process with the same number are cleared away too', async () => {
    const folder = scratch();
    const mine = temporaryPath(join(folder, 'm.mar'), 'part');
    writeFileSync(mine, '');
    renameSync(mine, mine.replace(String(Math.floor(performance.timeOrigin)), '1000'));
    await clearStale(folder);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('give back what was to be replaced when its replacement never came', async () => {
    const folder = scratch({ there: 'new' });
    leaveBehind(folder, 'gone', 'old');
    leaveBehind(folder, 'there', 'old');
    await clearStale(folder);
    expect(readdirSync(folder).sort()).toEqual(['gone', 'there']);
  });
});

describe('the mark of a process', () => {
  it('tells whether its process is gone', () => {
    expect(isMakerGone(makerMark())).toBe(false);
    expect(uniqueMark()).toContain(`${makerMark()}-`);
    expect(uniqueMark()).not.toBe(uniqueMark());
    const { pid } = spawnSync('true');
    expect(isMakerGone(makerMark().replace(`-${process.pid}-`, `-${pid}-`))).toBe(true);
    expect(isMakerGone(`00000000-${pid}-1`)).toBe(false);
  });
});
