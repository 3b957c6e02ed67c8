import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeModel } from '../server/running.js';
import { FREE, Place } from './serve/cli.js';

let place: Place;

beforeEach(() => {
  place = new Place();
  writeModel(join(place.folder, 'store', 'reflect'), { handler: 'reflect.mjs', config: 'minWorkers: 1\n' });
});

afterEach(() => place.close());

const STORE = ['--model-store', 'store', '--models', 'reflect', '--ncs', '--dt'];

function isAlive(pid: number | undefined): boolean {
  try {
    return pid !== undefined && process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('torchserve', () => {
  it('goes to the background, says that it has started, and is stopped by name', async () => {
    const started = place.start('torchserve', [...STORE, ...FREE]);
    const launched = new Promise((resolve) => started.process.once('exit', resolve));
    expect(await launched).toBe(0);
    const pid = place.pid();
    expect(isAlive(pid)).toBe(true);
    await expect.poll(started.stdout, { timeout: 15_000 }).toMatch(/^Model server started\.$/m);
    expect(await place.run('torchserve', ['--start', ...STORE])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(
        'TorchServe is already running, please use torchserve --stop to stop TorchServe.',
      ),
    });
    expect(await place.run('torchserve', ['--stop'])).toMatchObject({
      code: 0,
      stdout: 'TorchServe has stopped.\n',
    });
    // Its number goes when its parent, whoever that is by now, has looked.
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
    expect(place.pid()).toBeUndefined();
    await started.ended;
  });

  it('repeats its log on stdout in the foreground', async () => {
    const server = place.start('torchserve', ['--foreground', ...STORE, ...FREE]);
    await expect.poll(server.stdout, { timeout: 15_000 }).toMatch(/^Model server started\.$/m);
    expect(server.stdout()).toMatch(/ \[INFO \] main \S+ - Model reflect, version 1\.0: registered/);
    expect(place.pid()).toBe(server.process.pid);
    server.process.kill('SIGTERM');
    expect((await server.ended).code).toBe(0);
  });

  it('has nothing to stop when nothing runs', async () => {
    expect(await place.run('torchserve', ['--stop'])).toEqual({
      code: 0,
      stdout: 'TorchServe is not currently running.\n',
      stderr: '',
    });
  });

  it('needs a model store', async () => {
    const { code, stderr } = await place.run('torchserve', ['--start']);
    expect(code).toBe(1);
    expect(stderr).toContain('Missing mandatory parameter --model-store');
  });

  it('knows its version', async () => {
    for (const flag of ['-v', '--version'])
      expect((await place.run('torchserve', [flag])).stdout).toMatch(
        /^TorchServe Version is \d+\.\d+\.\d+\n$/,
      );
  });
});
