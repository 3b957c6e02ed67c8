import { describe, expect, it } from 'vitest';
import {
  checkBesideNotes,
  checkNesting,
  checkPath,
  type HubFile,
  parseTreeEntry,
} from '../../../src/store/hub/hub-file.js';

const REPO = { id: 'org/name', type: 'model' } as const;
const OID = 'a'.repeat(40);
const SHA = 'b'.repeat(64);

const parse = (entry: unknown) => parseTreeEntry(entry, REPO, (reason) => new Error(reason));

describe('an entry of the list of files', () => {
  it('is a small file with its git id, or a large one with its checksum and own size', () => {
    expect(parse({ type: 'file', path: 'a', size: 3, oid: OID })).toEqual({
      path: 'a',
      sizeBytes: 3,
      digest: { algorithm: 'git-sha1', hex: OID },
      blobId: OID,
    });
    const large = { type: 'file', path: 'b', size: 134, oid: OID, lfs: { oid: SHA, size: 9 }, xetHash: SHA };
    expect(parse(large)).toMatchObject({
      sizeBytes: 9,
      digest: { algorithm: 'sha256', hex: SHA },
      xetHash: SHA,
    });
    expect(parse({ type: 'directory', path: 'd', oid: OID, size: 0 })).toBeUndefined();
  });

  it('is refused when anything is missing or odd', () => {
    const sound = { type: 'file', path: 'a', size: 3, oid: OID };
    for (const odd of [
      { path: 7 },
      { size: -1 },
      { size: 1.5 },
      { oid: '../x' },
      { lfs: { oid: 'short', size: 1 } },
      { size: undefined },
    ])
      expect(() => parse({ ...sound, ...odd }), JSON.stringify(odd)).toThrow();
    expect(() => parse(null)).toThrow('no path');
  });

  it('may not leave the folder, in any spelling', () => {
    for (const path of [
      '../x',
      'a/../../x',
      '/etc/passwd',
      'a\\..\\x',
      'C:x',
      'a//b',
      './a',
      '',
      'a\0b',
      'a/',
      '..',
    ])
      expect(() => checkPath(path, REPO), path).toThrow(/org\/name has a file that cannot be stored safely/);
    checkPath('a/b..c/.d', REPO);
  });

  it('may not be a file and a folder', () => {
    const files = ['x/y/z', 'a', 'x/y'].map((path) => ({ path }) as HubFile);
    expect(() => checkNesting(files, REPO)).toThrow('"x/y" is both a file and a folder');
    checkNesting(files.slice(0, 2), REPO);
  });

  it('may not lie among the notes of a plain folder', () => {
    const named = (path: string) => [{ path } as HubFile];
    expect(() => checkBesideNotes(named('.cache/huggingface/download/x.metadata'), REPO)).toThrow(
      'place for notes',
    );
    checkBesideNotes(named('.cache/other'), REPO);
  });
});
