import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type StartedServer, startServer } from '../started-server.js';

const DIGITS = fileURLToPath(new URL('../../fixtures/models/digits', import.meta.url));
const IMAGE = readFileSync(
  fileURLToPath(new URL('../../fixtures/models/digits/images/7-0.png', import.meta.url)),
);
const KILLS = 200;
const CONNECTIONS = 8;
const WORKERS = 2;

let server: StartedServer;

beforeEach(async () => {
  server = await startServer([DIGITS, '--job-queue-size', '1000']);
  const scale = `${server.management}/models/digits?min_worker=${WORKERS}&synchronous=true`;
  expect((await fetch(scale, { method: 'PUT' })).status).toBe(200);
});

afterEach(async () => {
  expect(await server.stop()).toBe(0);
});

describe('a server whose workers are killed under load', () => {
  it(`answers every request of ${KILLS} kills exactly once, and the workers come back`, async () => {
    const counts = { sent: 0, ok: 0, died: 0, other: [] as string[] };
    let running = true;
    const clients = Array.from({ length: CONNECTIONS }, async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      while (running) {
        counts.sent += 1;
        const { status, body } = await post(agent);
        if (status === 200 && body.includes('"7"')) counts.ok += 1;
        else if ((status === 500 || status === 507) && body.includes('Worker died.')) counts.died += 1;
        else counts.other.push(`${status} ${body.slice(0, 120)}`);
      }
      agent.destroy();
    });
    const killed = await killWorkers(KILLS);
    running = false;
    await Promise.all(clients);
    expect(counts.other).toEqual([]);
    expect(counts.ok + counts.died).toBe(counts.sent);
    expect(counts.ok).toBeGreaterThan(0);
    expect(killed).toBe(KILLS);
    await expectWorkers(WORKERS);
  }, 170_000);
});

function post(agent: Agent): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const call = request(
      `${server.inference}/predictions/digits`,
      { method: 'POST', agent, timeout: 60_000, headers: { 'content-type': 'image/png' } },
      (answer) => {
        let body = '';
        answer.setEncoding('utf8');
        answer.on('data', (text) => {
          body += text;
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }));
        answer.on('error', reject);
      },
    );
    call.on('timeout', () => call.destroy(new Error('no answer within a minute')));
    call.on('error', reject);
    call.end(IMAGE);
  });
}

interface Described {
  readonly workers: readonly { readonly pid: number; readonly status: string }[];
}

async function readyPids(): Promise<number[]> {
  const [model] = (await (await fetch(`${server.management}/models/digits`)).json()) as Described[];
  return (model?.workers ?? [])
    .filter((worker) => worker.status === 'READY' && worker.pid > 0)
    .map((worker) => worker.pid);
}

/** Kills ready workers one by one, as soon as one is there; gives the number of processes that were really killed. */
async function killWorkers(kills: number): Promise<number> {
  const killed = new Set<number>();
  const deadline = Date.now() + 150_000;
  while (killed.size < kills && Date.now() < deadline) {
    // The server may not have noticed yet that the last one is dead.
    const pid = (await readyPids()).find((ready) => !killed.has(ready));
    if (pid !== undefined && kill(pid)) killed.add(pid);
    await sleep(pid === undefined ? 20 : Math.random() * 50);
  }
  return killed.size;
}

/** False if it has gone by itself. */
function kill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}

async function expectWorkers(count: number): Promise<void> {
  const deadline = Date.now() + 30_000;
  while ((await readyPids()).length < count && Date.now() < deadline) await sleep(100);
  expect(await readyPids()).toHaveLength(count);
}
