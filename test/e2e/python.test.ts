import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRunning } from '../runtimes/python/environments/python.js';
import { allPythons } from '../runtimes/python/interpreters.js';
import { type StartedServer, startServer } from '../started-server.js';
import { writePythonModel } from './failing-models.js';

const CLASS_HANDLER = `
from ts.utils.util import PredictionException


class Shout:
    def initialize(self, context):
        self.mark = context.model_yaml_config["handler"]["mark"]
        context.cache = {"calls": 0}

    def handle(self, data, context):
        context.cache["calls"] += 1
        context.metrics.add_counter("Shouts", len(data))
        print("shouting", len(data))
        return [self.shout(row.get("data") or row.get("body"), context, idx) for idx, row in enumerate(data)]

    def shout(self, value, context, idx):
        if not isinstance(value, str):
            return PredictionException("Send text.", 400)
        context.set_response_header(idx, "X-Calls", str(context.cache["calls"]))
        return value.upper() + self.mark
`;

const FUNCTION_HANDLER = `
import sys, time
from ts.handler_utils.utils import send_intermediate_predict_response


def handle(data, context):
    if data is None:
        return None
    words = [bytes(row.get("body") or b"").decode().split() for row in data]
    for command, *rest in words:
        if command == "sleep":
            time.sleep(float(rest[0]))
        elif command == "print":
            for _ in range(int(rest[0])):
                print("x" * 1000)
            sys.stdout.buffer.write(bytes(range(256)))
        elif command == "stream":
            for number in range(int(rest[0])):
                send_intermediate_predict_response([str(number)] * len(data), context.request_ids, "", 200, context)
                time.sleep(0.002)
        elif command == "metric":
            print("[METRICS]Printed.Count:4|#Level:Model|#type:COUNTER|#hostname:here,1")
        elif command == "stuck":
            import re
            re.match("(a+)+$", "a" * 60 + "b")
    return ["done " + " ".join(each) for each in words]
`;

const ENVIRONMENT_HANDLER = `
import os


def handle(data, context):
    return [{name: os.environ.get(name) for name in ("OMP_NUM_THREADS", "TS_DECODE_INPUT_REQUEST", "SECRET")}] if data else None
`;

const [python] = allPythons();
const available = python !== undefined;
let folder: string;
let server: StartedServer;

beforeAll(async () => {
  if (!python) return;
  folder = mkdtempSync(join(tmpdir(), 'ts-python-'));
  const store = join(folder, 'store');
  mkdirSync(store);
  writePythonModel(store, 'shout', { handler: CLASS_HANDLER, config: 'handler:\n  mark: "!"\n' });
  writePythonModel(store, 'act', { handler: FUNCTION_HANDLER });
  writePythonModel(store, 'free', { handler: ENVIRONMENT_HANDLER });
  writePythonModel(store, 'bound', { handler: ENVIRONMENT_HANDLER, config: 'threads: 3\n' });
  const models = ['shout', 'act', 'free', 'bound'].flatMap((name) => ['--models', `${name}=${name}`]);
  const args = [
    ...['--model-store', store, ...models, '--blacklist-env-vars', 'SEC.*'],
    ...['--default-workers-per-model', '1', '--number-of-gpu', '0', '--disable-token-auth'],
    ...['--metrics-mode', 'prometheus', '--model-metrics-auto-detect', '--python-executable', python.path],
  ];
  server = await startServer(args, { SECRET: 'hidden' });
});

afterAll(async () => {
  if (!python) return;
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const act = (words: string) =>
  fetch(`${server.inference}/predictions/act`, { method: 'POST', body: Buffer.from(words) });

async function workerPid(): Promise<number> {
  const described = (await (await fetch(`${server.management}/models/act`)).json()) as [
    { workers: [{ pid: number }] },
  ];
  return described[0].workers[0].pid;
}

describe.skipIf(!available)('a handler written for TorchServe', () => {
  it('answers with status, headers and body of its own', async () => {
    const shout = (body: string, type: string) =>
      fetch(`${server.inference}/predictions/shout`, {
        method: 'POST',
        body,
        headers: { 'content-type': type },
      });
    const answer = await shout('hello', 'text/plain');
    expect([answer.status, answer.headers.get('x-calls'), await answer.text()]).toEqual([200, '1', 'HELLO!']);
    const refused = await shout('{}', 'application/json');
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ code: 400, message: 'Send text.' });
  });

  it('finds TorchServe’s environment, and a number of threads only if somebody chose one', async () => {
    const ask = async (model: string) =>
      (await fetch(`${server.inference}/predictions/${model}`, { method: 'POST', body: 'x' })).json();
    expect(await ask('free')).toEqual({
      OMP_NUM_THREADS: null,
      TS_DECODE_INPUT_REQUEST: 'true',
      SECRET: null,
    });
    expect(await ask('bound')).toMatchObject({ OMP_NUM_THREADS: '3' });
  });

  it('counts what it emits and what it prints as a metric; what else it prints is in the model’s log', async () => {
    expect((await act('metric')).status).toBe(200);
    const metrics = () => fetch(`${server.metrics}/metrics`).then((response) => response.text());
    await expect.poll(metrics).toMatch(/^Shouts\{.*\} 2(\.0)?$/m);
    await expect.poll(metrics).toMatch(/^Printed\{.*\} 4(\.0)?$/m);
    const log = () => readFileSync(join(server.folder, 'logs', 'model_log.log'), 'utf8');
    await expect.poll(log).toMatch(/stdout MODEL_LOG - shouting 1/);
    expect(log()).not.toContain('[METRICS]');
  });

  it('may print more than anybody reads', async () => {
    expect(await (await act('print 20000')).text()).toBe('done print 20000');
  });

  it('streams piece by piece', async () => {
    const response = await act('stream 5');
    expect(response.headers.get('transfer-encoding')).toBe('chunked');
    expect(await response.text()).toBe('01234done stream 5');
  });

  it('keeps its worker when clients leave at any moment', async () => {
    const pid = await workerPid();
    const random = lcg(4711);
    for (let round = 0; round < 15; round += 1)
      await Promise.all(Array.from({ length: 20 }, () => leaveAfter(Math.floor(random() * 12), random())));
    await expect.poll(async () => (await act('still')).text(), { timeout: 20_000 }).toBe('done still');
    expect(await workerPid()).toBe(pid);
  });

  it('does not outlive a server that is killed, however stuck it is', async () => {
    const pid = await workerPid();
    void act('stuck').catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 300));
    server.process.kill('SIGKILL');
    await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false);
  });
});

/** Asks for a stream, a pause or an answer, and hangs up so many milliseconds later. */
function leaveAfter(delayMs: number, choice: number): Promise<void> {
  const { hostname, port } = new URL(server.inference);
  const words = choice < 0.4 ? 'stream 4' : choice < 0.7 ? 'sleep 0.004' : 'x';
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(
        `POST /predictions/act HTTP/1.1\r\nHost: a\r\nContent-Length: ${words.length}\r\n\r\n${words}`,
      );
      setTimeout(() => socket.destroy(), delayMs);
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve());
  });
}

/** The same random numbers in every run. */
function lcg(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
}
