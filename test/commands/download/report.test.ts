import { describe, expect, it } from 'vitest';
import { describePlan, plannedAsJson, pulledAsJson } from '../../../src/commands/download/report.js';
import type { HubFile } from '../../../src/store/hub/hub-file.js';
import type { PullPlan, PullRequest } from '../../../src/store/hub/plan-pull.js';

function file(path: string, sizeBytes: number, hex = 'ab'): HubFile {
  return { path, sizeBytes, digest: { algorithm: 'sha256', hex }, blobId: '' };
}

const PLAN = {
  repo: { id: 'org/name', type: 'model' },
  revision: 'main',
  commit: 'c0ffee',
  destination: { folder: '/cache/snapshot' },
  files: [
    {
      file: file('a.bin', 2_000_000),
      state: 'partial',
      doneBytes: 500_000,
      twins: [file('b.bin', 2_000_000)],
    },
    { file: file('c.json', 5), state: 'there', doneBytes: 5, twins: [] },
  ],
  totalBytes: 2_000_005,
  missingBytes: 1_500_000,
} as unknown as PullPlan;

describe('the report of a download', () => {
  it('lists for people every file, with what is there of it', () => {
    expect(describePlan(PLAN).split('\n')).toEqual([
      'org/name, main (c0ffee)',
      '      2.0 MB  goes on at 500.0 kB   a.bin',
      '      2.0 MB  goes on at 500.0 kB   b.bin (same bytes as a.bin)',
      '         5 B  there                 c.json',
      '3 files, 2.0 MB; to come: 1.5 MB (1500000 bytes)',
      '',
    ]);
  });

  it('lists for programs the same', () => {
    expect(plannedAsJson(PLAN)).toMatchObject({
      commit: 'c0ffee',
      path: '/cache/snapshot',
      missingBytes: 1_500_000,
      files: [{ path: 'a.bin', state: 'partial', doneBytes: 500_000 }, { path: 'b.bin' }, { path: 'c.json' }],
    });
  });

  it('says for programs what a pull has done, also without the network', () => {
    const request = { repo: 'org/name', type: 'model', revision: 'main' } as PullRequest;
    const files = [file('a.bin', 7), file('x', 3, '')];
    const snapshot = { folder: '/f', commit: 'c0ffee', files, receivedBytes: 4 };
    expect(pulledAsJson({ request, snapshot, plan: PLAN, zip: '/z.zip', seconds: 1.23456 })).toEqual({
      repo: 'org/name',
      repoType: 'model',
      revision: 'main',
      commit: 'c0ffee',
      path: '/f',
      zip: '/z.zip',
      totalBytes: 2_000_005,
      receivedBytes: 4,
      seconds: 1.235,
      files: [
        { path: 'a.bin', sizeBytes: 7, digest: 'sha256:ab', before: 'partial' },
        { path: 'x', sizeBytes: 3, before: 'there' },
      ],
    });
    const twin = { ...snapshot, files: [...files, file('b.bin', 7)] };
    const offline = pulledAsJson({ request, snapshot: twin, plan: undefined, zip: undefined, seconds: 0 });
    expect(offline).not.toHaveProperty('zip');
    expect(offline).toMatchObject({ totalBytes: 10 });
  });
});
