import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  EnvironmentCache,
  type EnvironmentWish,
} from '../../../../src/runtimes/python/environments/cache.js';

const COMPILED = fileURLToPath(
  new URL('../../../../dist/runtimes/python/environments/cache.js', import.meta.url),
);
const A = 'a'.repeat(40);
const B = 'b'.repeat(40);
const C = 'c'.repeat(40);

let folder: string;
let made: string[];

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'ts-environments-')), 'cache');
  made = [];
});

afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

function open(maxBytes = 1e9): EnvironmentCache {
  return new EnvironmentCache({ folder, maxBytes, waitSec: 10 });
}

/** An environment of one file. */
function wish(key: string, sizeBytes = 10): EnvironmentWish {
  return {
    model: 'm',
    key,
    about: { requirements: ['six'] },
    async make(place) {
      made.push(key);
      writeFileSync(join(place, 'file'), Buffer.alloc(sizeBytes));
    },
  };
}

const keys = () => readdirSync(folder).filter((name) => /^[a-f0-9]{40}$/.test(name));
/** Everything but whole environments and leases. */
const leftovers = () =>
  readdirSync(folder).filter((name) => !/^[a-f0-9]{40}$/.test(name) && !name.includes('.lease~'));

describe('the cache of environments', () => {
  it('makes an environment once, and tells people what it is', async () => {
    const cache = open();
    const held = await Promise.all([wish(A), wish(A), wish(A)].map((one) => cache.hold(one)));
    expect(made).toEqual([A]);
    expect(new Set(held.map((one) => one.folder))).toEqual(new Set([join(folder, A)]));
    expect(JSON.parse(readFileSync(join(folder, A, 'environment.json'), 'utf8'))).toMatchObject({
      requirements: ['six'],
      bytes: 10,
    });
    expect((await open().hold(wish(A))).folder).toBe(join(folder, A));
    expect(made).toEqual([A]);
    expect(leftovers()).toEqual([]);
  });

  it('has nothing of one that could not be made, and tries again', async () => {
    const broken = {
      ...wish(A),
      make: async (place: string) => {
        writeFileSync(join(place, 'half'), 'half');
        throw new Error('no network');
      },
    };
    await expect(open().hold(broken)).rejects.toThrow('no network');
    expect(readdirSync(folder)).toEqual([]);
    await open().hold(wish(A));
    expect(made).toEqual([A]);
  });

  it('has nothing half made when a server is killed, and removes what that had begun', async () => {
    const program = `
      import { EnvironmentCache } from ${JSON.stringify(COMPILED)};
      import { writeFileSync } from 'node:fs';
      const cache = new EnvironmentCache({ folder: ${JSON.stringify(folder)}, maxBytes: 1e9, waitSec: 1 });
      await cache.hold({ model: 'm', key: ${JSON.stringify(A)}, about: {}, make: async (place) => {
        writeFileSync(place + '/half', 'half');
        console.log('begun');
        await new Promise((resolve) => setTimeout(resolve, 60_000));
      }});`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program]);
    await once(child.stdout, 'data');
    expect(keys()).toEqual([]);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(leftovers()).toHaveLength(2);
    const held = await open().hold(wish(A));
    expect(readdirSync(held.folder).sort()).toEqual(['environment.json', 'file']);
    expect(leftovers()).toEqual([]);
  });

  it('removes the longest unused when it grows too large, but nothing that is held', async () => {
    const cache = open(25);
    const first = await cache.hold(wish(A));
    const second = await cache.hold(wish(B));
    await first.release();
    await second.release();
    const longAgo = new Date(1000);
    utimesSync(join(folder, B, 'environment.json'), longAgo, longAgo);
    await cache.hold(wish(C));
    expect(keys()).toEqual([A, C]);
    await open(1).hold(wish(B));
    expect(keys()).toEqual([B, C]);
    expect(leftovers()).toEqual([]);
  });

  it('holds nothing for servers that have died', async () => {
    await open().hold(wish(A));
    const dead = spawn(process.execPath, ['-e', '']);
    await once(dead, 'exit');
    for (const name of readdirSync(folder).filter((one) => one.includes('.lease~')))
      rmSync(join(folder, name));
    writeFileSync(join(folder, `${A}.lease~${hostname()}~${dead.pid}~1~ff`), '');
    writeFileSync(join(folder, `${A}.lease~${hostname()}~${process.pid}~1~ff`), '');
    await open(1).hold(wish(B));
    expect(keys()).toEqual([B]);
    expect(readdirSync(folder).filter((one) => one.startsWith(A))).toEqual([]);
  });

  it('does not touch what servers of other machines may hold', async () => {
    const held = await open().hold(wish(A));
    writeFileSync(join(folder, `${A}.lease~another-machine~1~1~ff`), '');
    await held.release();
    await open(1).hold(wish(B));
    expect(keys()).toEqual([A, B]);
  });

  it('waits no longer than it should for another server', async () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${A}.lock`), 'another-machine 1 aa');
    const cache = new EnvironmentCache({ folder, maxBytes: 1e9, waitSec: 0 });
    await expect(cache.hold(wish(A))).rejects.toMatchObject({ code: 'ENVIRONMENT_BUSY' });
  });

  it('says which folder cannot be used', async () => {
    const file = join(folder, '..', 'file');
    writeFileSync(file, '');
    const cache = new EnvironmentCache({ folder: join(file, 'cache'), maxBytes: 1e9, waitSec: 1 });
    await expect(cache.hold(wish(A))).rejects.toMatchObject({
      code: 'ENVIRONMENT_FOLDER',
      message: expect.stringContaining(join(file, 'cache')),
    });
  });

  it.skipIf(process.getuid?.() === 0)('uses what is there in a folder that cannot be written', async () => {
    await (await open().hold(wish(A))).release();
    chmodSync(folder, 0o500);
    expect((await open().hold(wish(A))).folder).toBe(join(folder, A));
    chmodSync(folder, 0o700);
    expect(existsSync(join(folder, A))).toBe(true);
  });
});
