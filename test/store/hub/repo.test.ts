import { describe, expect, it } from 'vitest';
import {
  cacheName,
  checkRevision,
  commitUrl,
  fileUrl,
  isCommit,
  parseRepo,
  treeUrl,
} from '../../../src/store/hub/repo.js';

const BLOOM = { id: 'bigscience/bloom-560m', type: 'model' } as const;
const HUB = 'https://hub.co/base';

describe('a repository', () => {
  it('has the names the hub allows', () => {
    for (const id of ['bigscience/bloom-560m', 'gpt2', 'a_b/c.d', 'X/1'])
      expect(parseRepo(id, 'model')).toEqual({ id, type: 'model' });
    for (const id of [
      '',
      'a/b/c',
      '/b',
      'a/',
      '../etc',
      'a/..',
      'a--b/c',
      'a/b.git',
      'a/-b',
      'a b/c',
      `a/${'x'.repeat(97)}`,
    ])
      expect(() => parseRepo(id, 'model'), id).toThrow('not the name of a repository');
  });

  it('has a folder in the cache', () => {
    expect(cacheName(BLOOM)).toBe('models--bigscience--bloom-560m');
    expect(cacheName({ id: 'gpt2', type: 'model' })).toBe('models--gpt2');
    expect(cacheName({ id: 'a/b', type: 'dataset' })).toBe('datasets--a--b');
  });

  it('has addresses below that of the hub, with every name encoded', () => {
    expect(commitUrl(HUB, BLOOM, 'refs/pr/1').href).toBe(
      `${HUB}/api/models/bigscience/bloom-560m/revision/refs%2Fpr%2F1`,
    );
    expect(treeUrl(HUB, BLOOM, 'abc').href).toBe(
      `${HUB}/api/models/bigscience/bloom-560m/tree/abc?recursive=true`,
    );
    expect(fileUrl(HUB, BLOOM, 'abc', 'a b/c#?.bin').href).toBe(
      `${HUB}/bigscience/bloom-560m/resolve/abc/a%20b/c%23%3F.bin`,
    );
    expect(fileUrl(HUB, { id: 'a/b', type: 'dataset' }, 'abc', 'x').href).toBe(
      `${HUB}/datasets/a/b/resolve/abc/x`,
    );
  });

  it('has revisions that can be paths below refs', () => {
    for (const revision of ['main', 'v1.0', 'refs/pr/1', 'feature/x']) checkRevision(revision);
    for (const revision of ['', '../../x', '/etc', 'a//b', 'a\0b'])
      expect(() => checkRevision(revision), revision).toThrow('cannot be a revision');
    expect(isCommit('a'.repeat(40))).toBe(true);
    expect(isCommit('abcdef1')).toBe(false);
  });
});
