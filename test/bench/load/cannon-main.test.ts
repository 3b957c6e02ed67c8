import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CannonDemand, CannonReport } from '../../../src/bench/load/cannon-messages.js';
import { type ModelServer, startModelServer } from '../model-server.js';

const PROGRAM = fileURLToPath(new URL('../../../dist/bench/load/cannon-main.js', import.meta.url));
let server: ModelServer;
let child: ChildProcess;
let reports: CannonReport[];

beforeEach(async () => {
  server = await startModelServer({ delayMs: 2 });
  child = fork(PROGRAM, [], { serialization: 'advanced', execArgv: [] });
  reports = [];
  child.on('message', (report: CannonReport) => reports.push(report));
});

afterEach(async () => {
  child.kill('SIGKILL');
  await server.stop();
});

function fire(durationSec: number, warmupSec = 0): void {
  const expectation = { kind: 'answer', text: 'x', tolerance: 0 } as const;
  const questions = [{ name: 'x', body: Buffer.from('x'), contentType: 'text/plain', expectation }];
  const url = `${server.origin}/predictions/echo`;
  tell({ kind: 'fire', order: { url, questions, connections: 2, durationSec, warmupSec, timeoutMs: 5000 } });
}

const tell = (demand: CannonDemand) => child.send(demand);
const ended = () => new Promise((resolve) => child.once('exit', resolve));
const loaded = () => expect.poll(() => server.bodies.length, { timeout: 10_000 }).toBeGreaterThan(0);

describe('the process that makes the load', () => {
  it('ends by itself after its one result', async () => {
    fire(0.3);
    expect(await ended()).toBe(0);
    expect(reports.at(-1)).toMatchObject({ kind: 'result', phase: { failed: 0 } });
  });

  it('does not survive the one who ordered the load', async () => {
    fire(60);
    await loaded();
    child.disconnect();
    await ended();
  });

  it('leaves Ctrl-C to the one who ordered the load', async () => {
    fire(0.5);
    await loaded();
    child.kill('SIGINT');
    expect(await ended()).toBe(0);
    expect(reports.at(-1)?.kind).toBe('result');
  });

  it('does not begin to measure when it is stopped during the warm-up', async () => {
    fire(60, 60);
    await loaded();
    tell({ kind: 'stop' });
    await ended();
    expect(reports.at(-1)).toMatchObject({ kind: 'result', phase: { asked: 0 } });
  });
});
