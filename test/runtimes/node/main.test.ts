import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readGoldenFrames } from '../../wire/golden-frames.js';
import { loadHeader, WorkerProcess } from './worker-process.js';

const MAIN = fileURLToPath(new URL('../../../dist/runtimes/node/main.js', import.meta.url));

let directory: string;
let worker: WorkerProcess | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ts-main-'));
});

afterEach(async () => {
  await worker?.stop();
  worker = undefined;
  rmSync(directory, { recursive: true, force: true });
});

async function start(source: string): Promise<WorkerProcess> {
  writeFileSync(join(directory, 'handler.mjs'), source);
  worker = await WorkerProcess.load({ directory, handler: 'handler.mjs' });
  return worker;
}

const ECHO = 'export const handle = (data) => data.map(({ body }) => body);';

describe('a worker process', () => {
  it('says who it is with the token it was given, which the handler does not see', async () => {
    const echo = await start('export const handle = () => [String(process.env.TS_SERVE_WORKER_TOKEN)];');
    const hello = await echo.frame('HELLO');
    expect(hello.header).toEqual({ protocol: 1, token: 'secret', pid: echo.process.pid, rank: 0 });
    expect((await echo.ask({})).body.toString()).toBe('undefined');
  });

  it('dials host:port where there are no Unix sockets', async () => {
    writeFileSync(join(directory, 'handler.mjs'), ECHO);
    worker = await WorkerProcess.load({ directory, transport: 'tcp' });
    expect((await worker.ask({ body: 'over tcp' })).body.toString()).toBe('over tcp');
  });

  it('understands the golden BATCH', async () => {
    writeFileSync(join(directory, 'handler.mjs'), 'export const handle = (data) => data.map(Object.keys);');
    const golden = new Map(readGoldenFrames().map((frame) => [frame.file, frame.bytes]));
    worker = await WorkerProcess.start({ directory });
    worker.send('LOAD', 5, loadHeader({ directory, handler: 'handler.mjs' }));
    expect(await worker.frame('READY')).toMatchObject({ id: 5, header: { credits: 1 } });
    worker.sendRaw(golden.get('batch.bin') ?? Buffer.alloc(0));
    const done = await worker.done(7);
    expect(done.body.toString().replace(/\s/g, '')).toBe('["body"]["data","größe"]');
  });

  it.each([
    ['looks for the next frame without sleeping when it is told to', 10_000_000, 0.9, 1],
    ['sleeps until the next frame else', undefined, 0, 0.5],
  ])('%s', async (_, pollUs, least, most) => {
    const source = 'export const handle = () => [JSON.stringify(performance.eventLoopUtilization())];';
    const worker = await start(source);
    const told = async () =>
      JSON.parse((await worker.done(worker.sendBatch([{}], { pollUs }))).body.toString());
    const before = await told();
    await new Promise((resolve) => setTimeout(resolve, 200));
    const after = await told();
    const [active, idle] = [after.active - before.active, after.idle - before.idle];
    expect(active / (active + idle)).toBeGreaterThanOrEqual(least);
    expect(active / (active + idle)).toBeLessThanOrEqual(most);
  });

  it('answers a batch of several requests in order', async () => {
    const echo = await start(ECHO);
    const told = await echo.batch([{ body: 'one' }, { body: 'two', type: 'text/plain' }, { body: '' }]);
    expect(told.map(({ body }) => body.toString())).toEqual(['one', 'two', '']);
  });

  it('carries a large body there and back unharmed', async () => {
    const echo = await start(ECHO);
    const body = Buffer.alloc(3_000_000, 'abcdefg');
    expect((await echo.ask({ body })).body.equals(body)).toBe(true);
  });

  it('survives a handler that prints, throws, and leaves promises rejected', async () => {
    const wild = await start(`
      export const handle = (data) => {
        console.log('printed by the handler');
        Promise.reject(new Error('forgotten'));
        if (String(data[0].body) === 'throw') throw new Error('thrown');
        return ['fine'];
      };`);
    expect((await wild.ask({ body: 'throw' })).answer).toMatchObject({
      status: 503,
      error: 'Prediction failed',
    });
    expect((await wild.ask({})).body.toString()).toBe('fine');
    expect(wild.output).toContain('printed by the handler');
    expect(wild.output).toContain('forgotten');
    expect(wild.output).toContain('Error: thrown');
  });

  it('ends with a message when an error is thrown outside of any call', async () => {
    const broken = await start(
      'export const handle = () => { setTimeout(() => { throw new Error("late"); }); return ["ok"]; };',
    );
    await broken.ask({});
    expect(await broken.exited).toBe(1);
    expect(broken.output).toContain('late');
  });

  it('streams pieces while the handler still works, and looks at CANCEL between them', async () => {
    const slow = await start(`
      export async function* handle() {
        for (let at = 0; ; at += 1) yield ['piece ' + at];
      }`);
    const id = slow.sendBatch([{}]);
    const first = await slow.frame('CHUNK');
    expect([first.id, first.body.toString()]).toEqual([id, 'piece 0']);
    slow.send('CANCEL', id, { jobs: [0] });
    expect((await slow.done(id)).header.answers).toHaveLength(1);
  });

  it('finishes what it has and ends well when told BYE', async () => {
    const polite = await start(
      'export const handle = async () => { await new Promise((r) => setTimeout(r, 50)); return ["done"]; };',
    );
    const id = polite.sendBatch([{}]);
    polite.send('BYE', 0, {});
    expect((await polite.done(id)).body.toString()).toBe('done');
    expect(await polite.exited).toBe(0);
  });

  it('ends at once when the socket closes', async () => {
    const left = await start(ECHO);
    expect(await left.stop()).toBe(0);
  });

  it('ignores the signals that a shell sends to the whole group', async () => {
    const deaf = await start(ECHO);
    deaf.process.kill('SIGINT');
    deaf.process.kill('SIGTERM');
    expect((await deaf.ask({ body: 'still here' })).body.toString()).toBe('still here');
  });

  it('says why a model cannot be loaded and ends', async () => {
    await expect(WorkerProcess.load({ directory, handler: 'gone.ts' })).rejects.toThrow(
      /^500 The handler "gone.ts" is neither a file of the archive .* nor a built-in handler/,
    );
    writeFileSync(
      join(directory, 'handler.mjs'),
      'export const initialize = () => { throw new RangeError("Array buffer allocation failed"); }; export const handle = () => [];',
    );
    await expect(WorkerProcess.load({ directory })).rejects.toThrow('507 System out of memory');
  });

  it('ends when the server breaks the protocol', async () => {
    worker = await WorkerProcess.start({ directory });
    worker.sendRaw(Buffer.from('00000001ff', 'hex'));
    expect(await worker.exited).toBe(1);
    expect(worker.output).toContain('too short');
  });

  it('tells whoever starts it by hand that a server must', async () => {
    const run = promisify(execFile)(process.execPath, [MAIN], { env: { PATH: process.env.PATH } });
    await expect(run).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('started by the server'),
    });
  });

  it('keeps what goes on between two rounds', async () => {
    const handler = `
      const known = new Map();
      export const handle = (data, context) => {
        const left = context.requestIds.map((id, idx) => (known.get(id) ?? Number(data[idx].body)) - 1);
        context.requestIds.forEach((id, idx) => known.set(id, left[idx]));
        context.stoppingCriteria = left.map((count) => () => count === 0);
        return left.map((count, idx) => context.getRequestHeader(idx, 'name') + count);
      };`;
    writeFileSync(join(directory, 'handler.mjs'), handler);
    worker = await WorkerProcess.load({ directory, load: { continuousBatching: true } });
    const first = await worker.done(worker.sendBatch([{ body: '2', headers: { name: 'a' } }]));
    expect(first.header.answers[0]).toMatchObject({ headers: { ts_stream_next: 'true' }, more: true });
    const held = { id: 'request-1-0', verb: 'predict', headers: {}, parts: [], held: true } as const;
    worker.send('BATCH', 50, { jobs: [held] });
    const second = await worker.done(50);
    expect(second.body.toString()).toBe('a0');
    expect(second.header.answers[0]).toMatchObject({ headers: { ts_stream_next: 'false' } });
    expect(second.header.answers[0]?.more).toBeUndefined();
  });

  it('answers calls side by side when it may', async () => {
    const handler = `
      let release;
      const gate = new Promise((resolve) => { release = resolve; });
      export const handle = async ([{ body }], context) => {
        if (String(body) === 'open') release();
        await gate;
        context.cache.set(String(body), true);
        return [context.getRequestId() + ' ' + context.cache.size];
      };`;
    writeFileSync(join(directory, 'handler.mjs'), handler);
    const load = { asyncCommunication: true, modelConfig: { batchesInFlight: 3 } };
    worker = await WorkerProcess.load({ directory, load });
    expect((await worker.frame('READY')).header).toEqual({ credits: 3 });
    const waiting = worker.sendBatch([{ body: 'wait' }]);
    await worker.frame('ALIVE');
    const opening = worker.sendBatch([{ body: 'open' }]);
    const bodies = [await worker.done(waiting), await worker.done(opening)].map(({ body }) => String(body));
    expect(bodies).toEqual([`request-${waiting}-0 1`, `request-${opening}-0 2`]);
  });
});
