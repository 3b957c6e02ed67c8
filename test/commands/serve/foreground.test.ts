import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeModel } from '../../server/running.js';
import { FREE, Place, type Running } from './cli.js';

let place: Place;

beforeEach(() => {
  place = new Place();
  writeModel(join(place.folder, 'reflect'), { handler: 'reflect.mjs', config: 'minWorkers: 1\n' });
});

afterEach(() => place.close());

async function serve(...args: string[]): Promise<Running> {
  const server = place.start('ts', ['serve', 'reflect', '--json', ...args, ...FREE]);
  await expect.poll(server.stdout, { timeout: 15_000 }).toContain('"ready"');
  return server;
}

describe('a server in the foreground', () => {
  it('may have others beside it; --stop ends the first', async () => {
    const first = await serve();
    const second = await serve();
    expect(place.pid()).toBe(first.process.pid);
    expect((await place.run('ts', ['serve', '--stop'])).stdout).toBe('TorchServe has stopped.\n');
    expect((await first.ended).code).toBe(0);
    expect(second.process.exitCode).toBeNull();
    second.process.kill('SIGHUP');
    expect((await second.ended).code).toBe(0);
  });

  it('removes the folder of one that was killed, and not that of one that runs', async () => {
    const folders = () => readdirSync(place.folder).filter((name) => name.startsWith('ts-serve-'));
    const living = await serve();
    const [livingFolder] = folders();
    const killed = await serve();
    killed.process.kill('SIGKILL');
    await killed.ended;
    expect(folders()).toHaveLength(2);
    const next = await serve();
    await expect.poll(folders).toHaveLength(2);
    expect(folders()).toContain(livingFolder);
    for (const { process: server, ended } of [living, next]) {
      server.kill('SIGTERM');
      expect((await ended).code).toBe(0);
    }
    expect(folders()).toEqual([]);
  });

  it('warns on stderr, in one line each', async () => {
    const server = await serve('--cpu-launcher-enable');
    expect(server.stderr()).toMatch(/^Warning: cpu_launcher_enable .* has no effect yet\.$/m);
    expect(server.stderr()).toMatch(/^Warning: Token authorization is not part of this version/m);
  });
});
