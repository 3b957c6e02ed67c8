import { cpSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRequirements } from '../../../../src/runtimes/python/environments/requirements.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ts-requirements-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Writes the files of a model. */
function model(name: string, files: Record<string, string>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name, path)), { recursive: true });
    writeFileSync(join(folder, name, path), text);
  }
  return join(folder, name);
}

async function fingerprint(
  directory: string,
  environment: Record<string, string> = {},
  file = 'requirements.txt',
): Promise<string> {
  return (await readRequirements(directory, file, environment)).fingerprint;
}

const one = (text: string, more: Record<string, string> = {}) =>
  fingerprint(model('one', { 'requirements.txt': text, ...more }));
const other = (text: string, more: Record<string, string> = {}) =>
  fingerprint(model('other', { 'requirements.txt': text, ...more }));

describe('requirements', () => {
  it('are the same whatever their comments, blank lines and line ends', async () => {
    const directory = model('m', {
      'requirements.txt':
        '# two of them\r\nnumpy  ==1.26  # pinned\r\n\r\n  six \\\r\n ; python_version > "3"\r\n',
    });
    const { lines, file } = await readRequirements(directory, 'requirements.txt', {});
    expect(lines).toEqual(['numpy ==1.26', 'six ; python_version > "3"']);
    expect(file).toBe(join(directory, 'requirements.txt'));
    expect(await one('six\n')).toBe(await other('\n# six\nsix # newest\n'));
    expect(await one('six\n')).not.toBe(await other('six==1\n'));
    expect(await one('a#b\n')).not.toBe(await other('a\n'));
  });

  it.each(['-r more.txt', '-rmore.txt', '--requirement=more.txt', '-c more.txt', '--constraint more.txt'])(
    'contain what %s leads to',
    async (line) => {
      expect(await one(line, { 'more.txt': 'six==1' })).toBe(
        await other(line, { 'more.txt': 'six==1 # old' }),
      );
      expect(await one(line, { 'more.txt': 'six==1' })).not.toBe(await other(line, { 'more.txt': 'six==2' }));
    },
  );

  it('start paths of included files at the file that includes them', async () => {
    const files = { 'deep/a.txt': '-r b.txt', 'deep/b.txt': 'six==1' };
    expect(await one('-r deep/a.txt', files)).not.toBe(
      await other('-r deep/a.txt', { ...files, 'deep/b.txt': 'six==2' }),
    );
  });

  it('may include each other', async () => {
    await expect(one('-r requirements.txt\nsix')).resolves.toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    ['--no-index\n--find-links wheels\nmine', 'wheels/mine-1.0-py3-none-any.whl'],
    ['-f ./wheels\nmine', 'wheels/mine-1.0-py3-none-any.whl'],
    ['wheels/mine-1.0-py3-none-any.whl', 'wheels/mine-1.0-py3-none-any.whl'],
    ['mine @ ./source', 'source/mine/__init__.py'],
    ['./source[extra] ; python_version > "3"', 'source/setup.py'],
  ])(
    'count the contents of the local files in %j, not where they lie or how old they are',
    async (text, path) => {
      const here = model('one', { 'requirements.txt': text, [path]: 'bytes' });
      cpSync(here, join(folder, 'other'), { recursive: true });
      utimesSync(join(folder, 'other', path), 1, 1);
      expect(await fingerprint(here)).toBe(await fingerprint(join(folder, 'other')));
      expect(await fingerprint(here)).not.toBe(await other(text, { [path]: 'BYTES' }));
      expect((await readRequirements(here, 'requirements.txt', {})).editable).toBe(false);
    },
  );

  it('do not change with what else lies beside wheels', async () => {
    const text = '--no-index\n--find-links .\nmine';
    const wheel = { 'mine-1.0-py3-none-any.whl': 'bytes' };
    expect(await one(text, { ...wheel, 'handler.py': 'a' })).toBe(
      await other(text, { ...wheel, 'handler.py': 'b' }),
    );
    expect(await one(text, wheel)).not.toBe(await other(text, { 'mine-1.0-py3-none-any.whl': 'BYTES' }));
  });

  it('do not change with what building a package leaves behind', async () => {
    const source = { 'source/setup.py': 'a' };
    const built = { 'source/build/lib/mine.py': 'b', 'source/mine.egg-info/PKG-INFO': 'c' };
    expect(await one('./source', source)).toBe(await other('./source', { ...source, ...built }));
  });

  it('look at names, sizes and times of files outside the archive', async () => {
    const wheels = model('wheels', { 'mine-1.0.whl': 'bytes' });
    const text = `--find-links ${wheels}\nmine`;
    const before = await one(text);
    expect(await other(text)).toBe(before);
    utimesSync(join(wheels, 'mine-1.0.whl'), 1, 1);
    expect(await other(text)).not.toBe(before);
    expect(await other(text.replace(wheels, `file://${wheels}`))).toBe(await other(text));
  });

  it('take variables as pip does', async () => {
    const directory = model('m', {
      'requirements.txt': '--index-url https://$' + '{TOKEN}@host/simple\nsix',
    });
    const known = await fingerprint(directory, { TOKEN: 'a' });
    expect(await fingerprint(directory, { TOKEN: 'b' })).not.toBe(known);
    expect(await fingerprint(directory)).not.toBe(known);
  });

  it('know what is a link to the archive’s folder', async () => {
    const directory = model('m', { 'requirements.txt': '-e .', 'setup.py': '' });
    expect((await readRequirements(directory, 'requirements.txt', {})).editable).toBe(true);
  });

  it('may be missing: pip will say so', async () => {
    expect(await readRequirements(folder, 'nowhere.txt', {})).toMatchObject({ lines: [] });
  });
});
