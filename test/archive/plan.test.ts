import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkDestination, createdMs, type Destination, settleNames } from '../../src/archive/plan.js';
import { complaintOf, scratch } from './scratch.js';

function destination(more: Partial<Destination>): Destination {
  return { name: 'm', kind: 'Model', exportPath: '.', format: 'default', force: false, folder: '/', ...more };
}

const file = (name: string, path: string) => ({
  name,
  path,
  sizeBytes: 1,
  modifiedMs: 5,
  flag: '--extra-files',
});

describe('where an archive goes', () => {
  it.each([
    ['default', 'm.mar'],
    ['zip-store', 'm.mar'],
    ['tgz', 'm.tar.gz'],
    ['no-archive', 'm'],
  ] as const)('with format %s it is %s', async (format, name) => {
    const folder = scratch({ 'out/': '' });
    expect(await checkDestination(destination({ folder, exportPath: 'out', format }), () => {})).toBe(
      join(folder, 'out', name),
    );
  });

  it.each(['bad name!', 'a/b', '', '-a', '.a', '../a'])('it cannot be named %j', async (name) => {
    expect(await complaintOf(checkDestination(destination({ name, folder: scratch() }), () => {}))).toContain(
      'Model name contains special characters.',
    );
  });

  it('it must be a folder that exists', async () => {
    const folder = scratch({ f: '' });
    for (const exportPath of ['nowhere', 'f'])
      expect(await complaintOf(checkDestination(destination({ folder, exportPath }), () => {}))).toContain(
        `Given export-path ${exportPath} is not a directory.`,
      );
  });

  it('it replaces only what it is forced to, and says so', async () => {
    const folder = scratch({ 'm.mar': '' });
    expect(await complaintOf(checkDestination(destination({ folder }), () => {}))).toMatch(
      /m\.mar already exists.*-f/,
    );
    const warnings: string[] = [];
    await checkDestination(destination({ folder, force: true }), (warning) => warnings.push(warning));
    expect(warnings[0]).toContain('Overwriting');
  });

  it('it never replaces a folder that no archiver made', async () => {
    const folder = scratch({ 'm/notes.txt': '' });
    const forced = destination({ folder, force: true, format: 'no-archive' });
    expect(await complaintOf(checkDestination(forced, () => {}))).toContain('not made by an archiver');
    mkdirSync(join(folder, 'm/MAR-INF'));
    expect(await checkDestination(forced, () => {})).toBe(join(folder, 'm'));
    writeFileSync(join(folder, 'n'), '');
    expect(await complaintOf(checkDestination({ ...forced, name: 'n' }, () => {}))).toContain('it is a file');
    mkdirSync(join(folder, 'o.mar'));
    expect(
      await complaintOf(checkDestination(destination({ folder, force: true, name: 'o' }), () => {})),
    ).toContain('it is a folder');
  });
});

describe('the names in an archive', () => {
  it('are sorted, and a file that was named twice is there once', () => {
    const files = [file('b', '/x/b'), file('a', '/x/a'), file('b', '/x/b')];
    expect(settleNames(files, '/out/m.mar', 'MAR-INF/MANIFEST.json').map(({ name }) => name)).toEqual([
      'a',
      'b',
    ]);
  });

  it('leave out the archive that is being replaced and an old manifest', () => {
    const files = [file('m.mar', '/x/m.mar'), file('MAR-INF/MANIFEST.json', '/x/MAR-INF/MANIFEST.json')];
    expect(settleNames(files, '/x/m.mar', 'MAR-INF/MANIFEST.json')).toEqual([]);
  });

  it('must not be the same for two files, nor the same but for case, nor impossible elsewhere', async () => {
    const settle = async (...files: ReturnType<typeof file>[]) => settleNames(files, '/out/m.mar', 'M');
    expect(await complaintOf(settle(file('a', '/x/a'), file('a', '/y/a')))).toMatch(
      /\/x\/a and \/y\/a.*same name/,
    );
    expect(await complaintOf(settle(file('a', '/x/a'), file('A', '/x/A')))).toContain('letter case');
    expect(await complaintOf(settle(file('a\\b', '/x/a\\b')))).toContain('backslash');
  });

  it('must not come from the folder that is to be replaced', async () => {
    const settle = async () => settleNames([file('a', '/x/m/a')], '/x/m', 'M');
    expect(await complaintOf(settle())).toContain('lies in it');
  });
});

describe('when an archive counts as created', () => {
  it('is the time of its newest file, or what the environment says', () => {
    const files = [file('a', '/a'), { ...file('b', '/b'), modifiedMs: 9 }];
    expect(createdMs(files, undefined)).toBe(9);
    expect(createdMs(files, 100)).toBe(100_000);
    expect(createdMs([], undefined)).toBe(0);
  });
});
