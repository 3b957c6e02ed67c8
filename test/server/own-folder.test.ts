import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '../../src/core/log.js';
import { makeOwnFolder } from '../../src/server/own-folder.js';
import { readOwner, thisOwner } from '../../src/server/owner.js';
import { leaveFolder } from './killed.js';

let parent: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'ts-own-'));
});

afterEach(() => rmSync(parent, { recursive: true, force: true }));

describe('the folder of a server', () => {
  it('is entered by nobody else, says whose it is, and goes', async () => {
    const folder = await makeOwnFolder(join(parent, 'made'));
    expect(statSync(folder.path).mode & 0o777).toBe(0o700);
    await folder.claim(silentLog);
    expect(readOwner(readFileSync(join(folder.path, 'owner.json'), 'utf8'))).toEqual(thisOwner());
    mkdirSync(folder.models);
    await folder.remove();
    expect(existsSync(folder.path)).toBe(false);
  });

  it('may stay without its owner’s name, which is told', async () => {
    const folder = await makeOwnFolder(parent);
    await folder.remove();
    const said: string[] = [];
    await folder.claim({ ...silentLog, warn: (line) => said.push(line) });
    expect(said).toHaveLength(1);
  });

  it('goes after what it was removing meanwhile', async () => {
    const left = leaveFolder(parent);
    for (let count = 0; count < 500; count += 1) writeFileSync(join(left, 'models', String(count)), '');
    const folder = await makeOwnFolder(parent);
    let cleared = false;
    void folder.clearAbandoned(silentLog).then(() => {
      cleared = true;
    });
    while (existsSync(left)) await new Promise((resolve) => setImmediate(resolve));
    await folder.remove();
    expect(cleared).toBe(true);
    expect(existsSync(folder.path)).toBe(false);
  });
});
