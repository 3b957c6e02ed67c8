import { describe, expect, it } from 'vitest';
import { findCommit, listFiles, whoAmI } from '../../../src/store/hub/api.js';
import { parseRepo } from '../../../src/store/hub/repo.js';
import { type ReadyHub, readyHub } from './ready-hub.js';

function asking({ signal }: ReadyHub, repo = 'org/name', revision = 'main') {
  return { repo: parseRepo(repo, 'model'), revision, signal };
}

describe('the API of the hub', () => {
  it('knows the commit of a branch, and says when there is none', async () => {
    const ready = await readyHub();
    const commit = ready.test.put('org/name', { files: { a: '1' }, revisions: ['refs/pr/1'] });
    expect(await findCommit(ready.hub, asking(ready))).toBe(commit);
    expect(await findCommit(ready.hub, asking(ready, 'org/name', 'refs/pr/1'))).toBe(commit);
    await expect(findCommit(ready.hub, asking(ready, 'org/name', 'v9'))).rejects.toMatchObject({
      message: 'org/name has no revision "v9".',
    });
    await expect(findCommit(ready.hub, asking(ready, 'org/none'))).rejects.toMatchObject({
      code: 'HUB_REPO_MISSING',
    });
  });

  it('lists files over many pages, folders left out', async () => {
    const ready = await readyHub();
    const names = Array.from({ length: 25 }, (_, index) => `folder-${index % 3}/file-${index}`);
    const commit = ready.test.put('org/name', {
      files: Object.fromEntries(names.map((name) => [name, name])),
    });
    ready.test.pageSize = 2;
    const files = await listFiles(ready.hub, { ...asking(ready), commit });
    expect(files.map(({ path }) => path)).toEqual(names);
    expect(ready.test.seen.length).toBe(14);
  });

  it('does not go to another server for the next page, nor round in circles', async () => {
    const ready = await readyHub();
    const commit = ready.test.put('org/name', { files: { a: '1' } });
    let link = '<http://elsewhere.invalid/tree>; rel="next"';
    ready.test.fault = (_request, response) => {
      response.setHeader('link', link);
      return false;
    };
    const elsewhere = listFiles(ready.hub, { ...asking(ready), commit });
    await expect(elsewhere).rejects.toMatchObject({ message: expect.stringContaining('lies elsewhere') });
    link = `<${ready.test.url}/api/models/org/name/tree/${commit}?recursive=true>; rel="next"`;
    await expect(listFiles(ready.hub, { ...asking(ready), commit })).rejects.toMatchObject({
      code: 'HUB_ANSWER',
    });
  });

  it('is refused with more files than the limit', async () => {
    const ready = await readyHub();
    const commit = ready.test.put('org/name', { files: { a: '1', b: '2', c: '3' } });
    const hub = ready.client({ limits: { ...ready.settings.limits, maxFiles: 2 } });
    await expect(listFiles(hub, { ...asking(ready), commit })).rejects.toMatchObject({
      code: 'HUB_TOO_LARGE',
    });
  });

  it.each([
    ['a file outside', [{ type: 'file', path: '../x', size: 1, oid: 'a'.repeat(40) }], 'HUB_FILE_NAME'],
    ['an object', {}, 'HUB_ANSWER'],
    ['a file without a size', [{ type: 'file', path: 'x', oid: 'a'.repeat(40) }], 'HUB_ANSWER'],
  ])('does not believe %s in the list', async (_, answer, code) => {
    const ready = await readyHub();
    const commit = ready.test.put('org/name', { files: { a: '1' } });
    ready.test.fault = (_request, response) => Boolean(response.end(JSON.stringify(answer)));
    await expect(listFiles(ready.hub, { ...asking(ready), commit })).rejects.toMatchObject({ code });
    await expect(findCommit(ready.hub, asking(ready))).rejects.toMatchObject({ code: 'HUB_ANSWER' });
  });

  it('knows whose token it is', async () => {
    const ready = await readyHub();
    const auth = { accessToken: { displayName: 'laptop', role: 'read' } };
    ready.test.accounts.set('hf_ada', { name: 'ada', fullname: 'Ada L', orgs: [{ name: 'org' }, {}], auth });
    expect(await whoAmI(ready.client({}, 'hf_ada'), ready.signal)).toEqual({
      name: 'ada',
      fullName: 'Ada L',
      organizations: ['org'],
      tokenName: 'laptop',
      role: 'read',
    });
    await expect(whoAmI(ready.client({}, 'hf_bad'), ready.signal)).rejects.toMatchObject({
      code: 'HUB_TOKEN_REFUSED',
    });
  });
});
