import { mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeModel } from '../server/running.js';
import { FREE, Place } from './serve/cli.js';

let place: Place;

beforeEach(() => {
  place = new Place();
});

afterEach(() => place.close());

interface Ready {
  readonly event: string;
  readonly inference: string;
  readonly pid: number;
  readonly models: readonly object[];
}

describe('ts serve', () => {
  it('serves a folder, says so in at most twelve lines, and ends when it is told to', async () => {
    writeModel(join(place.folder, 'reflect'), { handler: 'reflect.mjs', config: 'minWorkers: 1\n' });
    const server = place.start('ts', ['serve', 'reflect', ...FREE]);
    await expect.poll(server.stdout, { timeout: 15_000 }).toContain('Try: curl');
    const lines = server.stdout().trim().split('\n');
    expect(lines.length + server.stderr().trim().split('\n').length).toBeLessThanOrEqual(12);
    expect(lines[0]).toMatch(/^Serving at http:\/\/127\.0\.0\.1:\d+ \(management .*, metrics .*\)$/);
    expect(lines[1]).toBe('  reflect 1.0: 1 worker on cpu');
    server.process.kill('SIGTERM');
    expect((await server.ended).code).toBe(0);
    expect(place.pid()).toBeUndefined();
  });

  it('prints exactly one line of JSON with --json', async () => {
    writeModel(join(place.folder, 'reflect'), { handler: 'reflect.mjs', config: 'minWorkers: 1\n' });
    const server = place.start('ts', ['serve', 'mine=reflect', '--json', '--disable-token-auth', ...FREE]);
    await expect.poll(server.stdout, { timeout: 15_000 }).toContain('\n');
    const ready = JSON.parse(server.stdout()) as Ready;
    expect(ready).toEqual({
      event: 'ready',
      inference: expect.stringMatching(/^http:/),
      management: expect.stringMatching(/^http:/),
      metrics: expect.stringMatching(/^http:/),
      pid: server.process.pid,
      models: [{ name: 'mine', version: '1.0', workers: 1 }],
    });
    const answer = await fetch(`${ready.inference}/predictions/mine`, { method: 'POST', body: 'x' });
    expect(answer.status).toBe(200);
    server.process.kill('SIGINT');
    expect(await server.ended).toMatchObject({ code: 0, stderr: '' });
  });

  it('takes every key from flags, and models from the store', async () => {
    writeModel(join(place.folder, 'store', 'a'), { handler: 'reflect.mjs' });
    writeModel(join(place.folder, 'store', 'b'), { handler: 'reflect.mjs' });
    const args = [
      '--model-store',
      'store',
      '--models',
      'a',
      'two=b',
      '--default-workers-per-model',
      '1',
      '--no-enable-metrics-api',
    ];
    const server = place.start('ts', ['serve', ...args, '--json', ...FREE]);
    await expect.poll(server.stdout, { timeout: 15_000 }).toContain('\n');
    const ready = JSON.parse(server.stdout()) as Ready;
    expect(ready.models).toMatchObject([{ name: 'a' }, { name: 'two' }]);
    expect(ready).not.toHaveProperty('metrics');
  });

  it.each([
    [['none.mar'], /^Model not found at: none\.mar/],
    [['broken.mar'], /broken\.mar is not a sound archive/],
    [['folder'], /folder/],
    [[], /^There is nothing to serve\.\nName a model/],
    [
      ['--model-store', 'gone'],
      /^--model-store directory not found: gone|^--model-store directory not found: /,
    ],
    [['--ts-config', 'gone.properties'], /^--ts-config file not found: /],
    [['--log-config', 'gone.xml', 'folder'], /^--log-config file not found: gone\.xml/],
    [['--inference-address', 'here', 'folder'], /^Invalid configuration: inference_address is "here"/],
    [['--job-queue-size', 'many', 'folder'], /^Invalid configuration: job_queue_size is "many"/],
  ])('says what is wrong with %j, before it listens', async (args, message) => {
    writeFileSync(join(place.folder, 'broken.mar'), 'no archive');
    mkdirSync(join(place.folder, 'folder'));
    const { code, stdout, stderr } = await place.run('ts', [
      'serve',
      ...args,
      '--disable-token-auth',
      ...FREE.filter((_, at) => !args.includes('--inference-address') || at > 1),
    ]);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('says why a model does not start, with the last words of its worker', async () => {
    writeModel(join(place.folder, 'bad'), { handler: 'badinit.mjs' });
    const { code, stderr } = await place.run('ts', ['serve', 'bad', ...FREE]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/Model bad could not be started: .*cannot be initialised/s);
  });

  it('says who holds a port and which flag changes it', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as AddressInfo;
    writeModel(join(place.folder, 'reflect'), { handler: 'reflect.mjs' });
    const address = `http://127.0.0.1:${port}`;
    const { code, stderr } = await place.run('ts', ['serve', 'reflect', '--inference-address', address]);
    expect(code).toBe(1);
    expect(stderr).toContain(`The inference address ${address} is in use`);
    expect(stderr).toContain('--inference-address');
    holder.close();
  });

  it('ends at once at the second signal', async () => {
    writeModel(join(place.folder, 'act'), { handler: 'act.mjs', config: 'minWorkers: 1\n' });
    const server = place.start('ts', ['serve', 'act', '--json', ...FREE]);
    await expect.poll(server.stdout, { timeout: 15_000 }).toContain('\n');
    const { inference } = JSON.parse(server.stdout()) as Ready;
    const body = JSON.stringify({ do: 'sleep', ms: 60_000 });
    const headers = { 'content-type': 'application/json' };
    const asked = fetch(`${inference}/predictions/act`, { method: 'POST', body, headers }).catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 200));
    const begun = performance.now();
    server.process.kill('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 100));
    server.process.kill('SIGINT');
    expect((await server.ended).code).toBe(130);
    expect(performance.now() - begun).toBeLessThan(5000);
    await asked;
  });

  it('explains itself', async () => {
    const { code, stdout } = await place.run('ts', ['serve', '--help']);
    expect(code).toBe(0);
    for (const word of ['--start', '--inference-address', '--job-queue-size', '--models', 'digits.mar'])
      expect(stdout).toContain(word);
  });
});
