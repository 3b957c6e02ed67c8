import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { extractArchive, visitArchive } from '../../src/archive/extract.js';
import { DEFAULT_LIMITS } from '../../src/archive/limits.js';
import { codeOf, complaintOf, filesBelow, noise, scratch } from './scratch.js';
import { forgeTgz } from './tar/forge.js';
import { forgeZip } from './zip/forge.js';

function options(into: string, signal?: AbortSignal) {
  return { into, limits: DEFAULT_LIMITS, signal };
}

describe('extracting', () => {
  const large = noise(2_500_000);

  it.each([
    ['m.mar', forgeZip([{ name: 'sub/' }, { name: 'sub/a', content: large, deflate: true }, { name: 'b' }])],
    ['m.tar.gz', forgeTgz([{ path: 'm/sub/a', content: large }, { path: 'm/b' }])],
  ])('writes the files of %s into a folder of its own', async (name, bytes) => {
    const folder = scratch({ [name]: bytes });
    const into = join(folder, 'made/on/demand');
    const made = await extractArchive(join(folder, name), options(into));
    expect(basename(made)).toMatch(/^[0-9a-f]{32}$/);
    expect(filesBelow(made)).toEqual(['b', 'sub/a']);
    expect(readFileSync(join(made, 'sub/a')).equals(large)).toBe(true);
    expect(readdirSync(into)).toEqual([basename(made)]);
  });

  it.each([
    [
      'm.mar',
      forgeZip([
        { name: 'a', content: 'x' },
        { name: 'b', content: 'x', crc: 1 },
      ]),
    ],
    ['m.mar', forgeZip([{ name: 'a' }, { name: '../../evil', content: 'x' }])],
    ['m.tar.gz', forgeTgz([{ path: 'm/a' }, { path: 'm/b', type: 'SymbolicLink', linkpath: '/' }])],
    ['m.tar.gz', forgeTgz([{ path: 'm/a', content: noise(3000) }]).subarray(0, 2000)],
  ])('leaves nothing of a bad %s', async (name, bytes) => {
    const folder = scratch({ [name]: bytes });
    expect(await codeOf(extractArchive(join(folder, name), options(join(folder, 'into'))))).toMatch(
      /^ARCHIVE_/,
    );
    expect(filesBelow(folder)).toEqual([name]);
    expect(readdirSync(join(folder, 'into'))).toEqual([]);
  });

  it('leaves nothing when it is told to stop in the middle', async () => {
    const folder = scratch({ 'm.mar': forgeZip([{ name: 'a', content: large, deflate: true }]) });
    const controller = new AbortController();
    const extracting = extractArchive(
      join(folder, 'm.mar'),
      options(join(folder, 'into'), controller.signal),
    );
    setImmediate(() => controller.abort());
    await expect(extracting).rejects.toThrow(/abort/);
    expect(existsSync(join(folder, 'into')) ? readdirSync(join(folder, 'into')) : []).toEqual([]);
  });

  it('says which folder could not be written to', async () => {
    const folder = scratch({ 'm.mar': forgeZip([{ name: 'a' }]), file: '' });
    const into = join(folder, 'file/into');
    expect(await complaintOf(extractArchive(join(folder, 'm.mar'), options(into)))).toContain(
      'a part of the path is a file',
    );
  });
});

describe('reading an archive file', () => {
  it('goes by its name: .mar and .war are zip, all else is .tar.gz', async () => {
    const folder = scratch();
    const nothing = async () => undefined;
    const zip = forgeZip([{ name: 'a' }]);
    for (const name of ['m.mar', 'w.war']) {
      writeFileSync(join(folder, name), zip);
      await visitArchive(join(folder, name), DEFAULT_LIMITS, nothing);
    }
    writeFileSync(join(folder, 'm.zip'), zip);
    expect(await complaintOf(visitArchive(join(folder, 'm.zip'), DEFAULT_LIMITS, nothing))).toContain(
      'call it .mar',
    );
  });

  it('says when it cannot be read at all', async () => {
    const folder = scratch();
    mkdirSync(join(folder, 'm.mar'));
    for (const name of ['gone.mar', 'm.mar', 'gone.tar.gz'])
      expect(await codeOf(visitArchive(join(folder, name), DEFAULT_LIMITS, async () => undefined))).toBe(
        'ARCHIVE_UNREADABLE',
      );
  });
});
