import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StartedServer, startServer } from '../started-server.js';

const DIGITS = fileURLToPath(new URL('../../fixtures/models/digits', import.meta.url));

let server: StartedServer;

beforeAll(async () => {
  server = await startServer([DIGITS, '--default-workers-per-model', '1']);
});

afterAll(async () => {
  expect(await server.stop()).toBe(0);
});

describe('the digits model behind the running server', () => {
  it('reads at least 97 % of the held-out images right', async () => {
    const images = readdirSync(`${DIGITS}/images`).filter((name) => name.endsWith('.png'));
    expect(images.length).toBeGreaterThanOrEqual(300);
    let right = 0;
    for (const name of images) if ((await classify(name)) === name.split('-')[0]) right += 1;
    expect(right / images.length).toBeGreaterThanOrEqual(0.97);
  });
});

/** The most probable class of an image: the first key of the answer, as TorchServe's image classifier orders it. */
async function classify(name: string): Promise<string | undefined> {
  const response = await fetch(`${server.inference}/predictions/digits`, {
    method: 'POST',
    headers: { 'content-type': 'image/png' },
    body: readFileSync(`${DIGITS}/images/${name}`),
  });
  expect(response.status).toBe(200);
  const scores = Object.entries((await response.json()) as Record<string, number>);
  return scores.sort(([, a], [, b]) => b - a)[0]?.[0];
}
