import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startInBackground, stopServer } from '../../../src/commands/serve/background.js';
import type { ServeOptions } from '../../../src/commands/serve/options.js';
import { Place } from './cli.js';

let place: Place;

beforeEach(() => {
  place = new Place();
});

afterEach(() => place.close());

describe('a server in the background', () => {
  it('is started once', async () => {
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 20000)', 'serve']);
    writeFileSync(join(place.folder, '.model_server.pid'), String(child.pid));
    const options = { argv: [], root: place.folder } as unknown as ServeOptions;
    await expect(startInBackground(options, place.folder)).rejects.toMatchObject({
      code: 'ALREADY_RUNNING',
      hint: expect.stringContaining(String(child.pid)),
    });
    child.kill('SIGKILL');
  });

  it('is waited for when it is stopped', async () => {
    const slow =
      'process.on("SIGTERM", () => setTimeout(() => process.exit(0), 200)); setTimeout(() => {}, 20000)';
    const child = spawn(process.execPath, ['-e', slow, 'serve']);
    const ended = new Promise((resolve) => child.once('exit', () => resolve(performance.now())));
    await new Promise((resolve) => setTimeout(resolve, 300));
    writeFileSync(join(place.folder, '.model_server.pid'), String(child.pid));
    const begun = performance.now();
    expect(await stopServer(place.folder, true)).toBe(0);
    expect(performance.now() - begun).toBeGreaterThan(150);
    await ended;
    expect(place.pid()).toBeUndefined();
  });

  it('may have left its file behind', async () => {
    writeFileSync(join(place.folder, '.model_server.pid'), '999999999');
    expect(await stopServer(place.folder, true)).toBe(0);
    expect(place.pid()).toBeUndefined();
  });
});
