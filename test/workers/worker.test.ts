import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { serveError } from '../../src/core/errors.js';
import type { Events } from '../../src/core/events.js';
import { sizeOf } from '../../src/core/pieces.js';
import { WorkerLink } from '../../src/workers/link.js';
import { isAlive, makeJob, openStage, type Stage, until, type WorkerWishes } from './fixtures/stage.js';

let stage: Stage;

beforeEach(async () => {
  stage = await openStage();
});

afterEach(() => stage.close());

/** Everything of this name, from now on. */
function collect<Name extends keyof Events>(name: Name): Events[Name][] {
  const seen: Events[Name][] = [];
  stage.hub.on(name, (event) => seen.push(event));
  return seen;
}

/** Starts a worker that is not expected to become ready; gives why. */
async function failing(wishes: WorkerWishes): Promise<{ reason: string; status: number | undefined }> {
  const worker = stage.worker(wishes);
  worker.start();
  await worker.ended;
  expect(worker.state).toBe('failed');
  return { reason: worker.lastFailure ?? '', status: worker.failure?.outOfMemory ? 507 : 500 };
}

describe('a worker', () => {
  it('goes from starting over loading to ready, and tells', async () => {
    const states = collect('worker.state');
    const worker = await stage.ready({ behaviour: { credits: 3 } });
    expect(states.map(({ from, worker: facts }) => `${from} → ${facts.state}`)).toEqual([
      'undefined → starting',
      'starting → loading',
      'loading → ready',
    ]);
    expect(worker.credits).toBe(3);
    expect(worker.facts).toMatchObject({ id: '9000', model: 'echo', version: '1.0', state: 'ready' });
    expect(worker.facts.pid).toBeGreaterThan(0);
    expect(worker.facts.loadMs).toBeGreaterThan(0);
  });

  it('is told model, device and threads', async () => {
    const output = stage.event('worker.output');
    const placed = { device: { type: 'cuda', index: 1, name: 'H200' } as const, group: [] };
    await stage.ready({ behaviour: { printLoad: true }, placed });
    expect(JSON.parse((await output).line)).toMatchObject({
      model: 'echo',
      directory: stage.folder,
      device: { type: 'cuda', index: 1 },
      threads: 3,
      omp: '3',
      cwd: stage.folder,
    });
  });

  it('answers the jobs of a batch, each with its own bytes', async () => {
    const sent = collect('job.sent');
    const done = collect('batch.done');
    const worker = await stage.ready();
    const jobs = [makeJob({}, 'one'), makeJob({}, 'three')] as const;
    worker.send(jobs);
    expect(worker).toMatchObject({ credits: 0, inFlight: 2 });
    expect(jobs[0].owner).toBe(worker);
    expect(sent.map(({ job }) => job)).toEqual(jobs);
    const answers = await Promise.all(jobs.map((job) => job.answer));
    expect(answers.map(({ body }) => String(body))).toEqual(['one', 'three']);
    expect(answers[1]?.headers).toEqual({ 'x-echo': jobs[1].request.id, 'x-batch': '2' });
    expect(worker).toMatchObject({ credits: 1, inFlight: 0, answered: 1 });
    expect(done[0]?.jobs).toEqual(jobs);
    expect(done[0]?.frontMs).toBeGreaterThanOrEqual(0);
  });

  it('carries large bodies there and back', async () => {
    const worker = await stage.ready();
    const job = makeJob({}, 'x'.repeat(5_000_000));
    worker.send([job]);
    const { body } = await job.answer;
    expect(sizeOf(body as readonly Buffer[])).toBe(5_000_000);
  });

  it("answers a failed job with the handler's status and words", async () => {
    const worker = await stage.ready();
    const jobs = [makeJob({ fail: 'true' }), makeJob({}, 'fine')] as const;
    worker.send(jobs);
    await expect(jobs[0].answer).rejects.toMatchObject({ status: 507, message: 'Out of resources' });
    expect(String((await jobs[1].answer).body)).toBe('fine');
  });

  it('hands a streamed answer on, piece by piece', async () => {
    const worker = await stage.ready();
    const job = makeJob({ stream: '3' });
    worker.send([job]);
    const { body } = await job.answer;
    let text = '';
    for await (const chunk of body as AsyncIterable<Buffer>) text += chunk;
    expect(text).toBe(`${'p'.repeat(30)}end`);
  });

  it('lets a batch wait for company while it has another to do', async () => {
    const worker = await stage.ready({ behaviour: { credits: 2 } });
    const write = vi.spyOn(WorkerLink.prototype, 'write');
    const jobs = [makeJob(), makeJob()] as const;
    for (const job of jobs) worker.send([job]);
    expect(write.mock.calls.map(([, mayWait]) => mayWait)).toEqual([false, true]);
    write.mockRestore();
    await Promise.all(jobs.map((job) => job.answer));
  });

  it('refuses a batch it has no credit for', async () => {
    const worker = await stage.ready();
    worker.send([makeJob({ delayMs: '20' })]);
    expect(() => worker.send([makeJob()])).toThrow('without credit');
  });

  it('hands on what it prints, reports and measures', async () => {
    const output = collect('worker.output');
    const metrics = collect('worker.metric');
    const worker = await stage.ready({ behaviour: { print: 'out\n', complain: 'bad\n', reports: true } });
    await until(() => output.length === 2 && stage.lines.length > 0);
    expect(output.map(({ stream, line }) => `${stream} ${line}`).sort()).toEqual([
      'stderr bad',
      'stdout out',
    ]);
    expect(metrics.map(({ metric }) => metric.name)).toEqual(['Score']);
    expect(stage.lines).toContain('from the loop');
    expect(worker.state).toBe('ready');
  });
});

describe('a client that goes', () => {
  it('makes the worker stop its answer, and a late answer is dropped', async () => {
    const worker = await stage.ready();
    const cancelled = stage.event('worker.output', ({ line }) => line.startsWith('cancelled'));
    const job = makeJob({ stream: '1000000' });
    worker.send([job]);
    await job.answer;
    job.cancel();
    expect((await cancelled).line).toBe(`cancelled ${job.request.id}`);
    await until(() => worker.credits === 1);
    expect(job.outcome).toMatchObject({ kind: 'failed', error: { code: 'CLIENT_GONE' } });
  });

  it('leaves the other jobs of the batch alone', async () => {
    const worker = await stage.ready();
    const jobs = [makeJob({ delayMs: '30' }), makeJob({}, 'other')] as const;
    worker.send(jobs);
    jobs[0].cancel();
    expect(String((await jobs[1].answer).body)).toBe('other');
    expect(worker.credits).toBe(1);
  });
});

describe('a worker that dies', () => {
  it.each([
    ['exits', 'exit', 'WORKER_DIED', /exit code 9/],
    ['is killed from outside', 'kill', 'WORKER_OUT_OF_MEMORY', /killed from outside/],
    ['sends junk', 'junk', 'WORKER_DIED', /broke the protocol: a frame of/],
    ['answers too little', 'short', 'WORKER_DIED', /a DONE does not fit its batch/],
    ['speaks out of turn', 'hello', 'WORKER_DIED', /a worker does not send HELLO/],
    ['closes its socket', 'leave', 'WORKER_DIED', /exit code 0|closed its connection/],
  ])('because it %s settles its jobs at once', async (_, act, code, reason) => {
    const worker = await stage.ready();
    const jobs = [makeJob({ act }), makeJob()];
    worker.send(jobs);
    for (const job of jobs) await expect(job.answer).rejects.toMatchObject({ code, message: 'Worker died.' });
    await worker.ended;
    expect(worker).toMatchObject({ state: 'failed', inFlight: 0, credits: 0 });
    expect(worker.lastFailure).toMatch(reason);
    expect(isAlive(worker.facts.pid ?? 0)).toBe(false);
  });

  it('ends a stream that had begun with an error', async () => {
    const worker = await stage.ready();
    const job = makeJob({ stream: '5', act: 'die-in-stream' });
    worker.send([job]);
    const { body } = await job.answer;
    const read = async (): Promise<void> => {
      for await (const _ of body as AsyncIterable<Buffer>);
    };
    await expect(read()).rejects.toMatchObject({ code: 'WORKER_DIED' });
  });

  it('has the answers it still gave delivered', async () => {
    const worker = await stage.ready();
    const job = makeJob({ act: 'answer-and-exit' }, 'last');
    worker.send([job]);
    expect(String((await job.answer).body)).toBe('last');
    await worker.ended;
    expect(worker.state).toBe('failed');
  });

  it('is killed, with its 500, when it gives no answer in time', async () => {
    const worker = await stage.ready({ limits: { responseMs: 150 } });
    const job = makeJob({ act: 'hang' });
    worker.send([job]);
    await expect(job.answer).rejects.toMatchObject({ code: 'WORKER_DIED', status: 500 });
    await worker.ended;
    expect(worker.lastFailure).toMatch(/^The worker gave no answer for 150 ms\./);
  });

  it('gets nothing more from then on, but what it still answers counts', async () => {
    const worker = await stage.ready({ limits: { responseMs: 150 } });
    const job = makeJob({ act: 'until-asked' }, 'late');
    worker.send([job]);
    expect(String((await job.answer).body)).toBe('late');
    expect([worker.state, worker.credits]).toEqual(['ready', 0]);
    await worker.ended;
    expect(worker.lastFailure).toMatch(/^The worker gave no answer for 150 ms\./);
  });

  it('may take longer as long as it says that it lives', async () => {
    const worker = await stage.ready({ limits: { responseMs: 200 } });
    const job = makeJob({ act: 'alive', delayMs: '500' }, 'late');
    worker.send([job]);
    expect(String((await job.answer).body)).toBe('late');
  });

  it('is not killed while it streams, however long that takes', async () => {
    const worker = await stage.ready({ limits: { responseMs: 200 } });
    const job = makeJob({ stream: '200000', pieceBytes: '1' });
    worker.send([job]);
    const { body } = await job.answer;
    const readUntil = performance.now() + 600;
    for await (const _ of body as AsyncIterable<Buffer>) if (performance.now() > readUntil) break;
    expect(worker.state).toBe('ready');
  });

  it('is killed when it sends a frame beyond the limit', async () => {
    const worker = await stage.ready({ limits: { maxFrameBytes: 10_000 } });
    const job = makeJob({}, 'x'.repeat(20_000));
    worker.send([job]);
    await expect(job.answer).rejects.toMatchObject({ code: 'WORKER_DIED' });
    expect(worker.lastFailure).toMatch(/exceeds 10000/);
  });

  it('leaves no child behind, not even one in a session of its own', async () => {
    const output = stage.event('worker.output', ({ line }) => line.startsWith('children'));
    const worker = await stage.ready({ behaviour: { child: true }, limits: { responseMs: 150 } });
    const children = (await output).line.split(' ').slice(1).map(Number);
    expect(children.map(isAlive)).toEqual([true, true]);
    worker.send([makeJob({ act: 'hang' })]);
    await worker.ended;
    await until(() => !children.some(isAlive));
  });
});

describe('a worker that does not become ready', () => {
  it('tells what it reported when the model cannot be loaded', async () => {
    expect(await failing({ behaviour: { atLoad: 'fail' } })).toEqual({
      reason: 'no such weights',
      status: 500,
    });
    expect((await failing({ behaviour: { atLoad: 'fail', status: 507 } })).status).toBe(507);
  });

  it('tells its exit code and its last words', async () => {
    const { reason, status } = await failing({ birth: 'exit' });
    expect(reason).toBe(
      'The worker ended with exit code 3. Its last words:\na line before the end\nImportError: no such thing',
    );
    expect(status).toBe(500);
    expect((await failing({ behaviour: { atLoad: 'exit' } })).reason).toContain('exit code 7');
    expect((await failing({ behaviour: { atLoad: 'kill' } })).status).toBe(507);
  });

  it('is killed when it does not dial in, or does not load, in time', async () => {
    expect((await failing({ birth: 'silent', limits: { startMs: 300 } })).reason).toBe(
      'The worker did not dial in within 300 ms.',
    );
    expect((await failing({ behaviour: { atLoad: 'hang' }, limits: { loadMs: 100 } })).reason).toBe(
      'The worker did not load the model within 100 ms.',
    );
  });

  it('tells that it speaks another protocol', async () => {
    expect((await failing({ birth: 'foreign' })).reason).toMatch(/refused: it speaks version 99/);
  });

  it('is turned away without its token', async () => {
    expect((await failing({ birth: 'stranger' })).reason).toContain('The worker ended with exit code 0.');
  });

  it('tells that its program is missing', async () => {
    const command = () => ({ file: '/no/such/node', args: [], environment: {}, directory: stage.folder });
    const { reason } = await failing({ ears: { runtime: { names: ['x'], command } } });
    expect(reason).toBe('The worker process could not be started: spawn /no/such/node ENOENT.');
  });

  it('tells that this machine cannot start its kind', async () => {
    const command = () => {
      throw serveError('BAD_RUNTIME', { runtime: 'lisp' });
    };
    const { reason } = await failing({ ears: { runtime: { names: ['x'], command } } });
    expect(reason).toBe('Invalid RuntimeType value: lisp');
  });
});

describe('a worker that is stopped', () => {
  it('finishes what it has and goes', async () => {
    const states = collect('worker.state');
    const worker = await stage.ready();
    const job = makeJob({ delayMs: '100' }, 'done');
    worker.send([job]);
    const stopped = worker.stop(5000);
    expect(worker).toMatchObject({ state: 'draining', credits: 0 });
    expect(String((await job.answer).body)).toBe('done');
    await stopped;
    expect(worker.lastFailure).toBeUndefined();
    expect(states.map(({ worker: facts }) => facts.state).slice(-2)).toEqual(['draining', 'stopped']);
    expect(isAlive(worker.facts.pid ?? 0)).toBe(false);
  });

  it('is killed when its time to drain is over', async () => {
    const worker = await stage.ready();
    const job = makeJob({ act: 'hang' });
    worker.send([job]);
    await worker.stop(100);
    await expect(job.answer).rejects.toMatchObject({ code: 'WORKER_DIED' });
    expect(worker.state).toBe('stopped');
  });

  it('is killed when it does not go by itself', async () => {
    const worker = await stage.ready({ birth: 'lingers', limits: { exitMs: 100 } });
    await worker.stop(5000);
    expect(worker.state).toBe('stopped');
    expect(isAlive(worker.facts.pid ?? 0)).toBe(false);
  });

  it('may still be starting', async () => {
    const worker = stage.worker();
    worker.start();
    await worker.stop(5000);
    expect(worker.state).toBe('stopped');
    expect(isAlive(worker.facts.pid ?? 0)).toBe(false);
  });

  it('may be stopped twice, and after its end', async () => {
    const worker = await stage.ready();
    await Promise.all([worker.stop(1000), worker.stop(0)]);
    await worker.stop(1000);
    expect(worker.state).toBe('stopped');
  });

  it('settles its jobs when it dies meanwhile', async () => {
    const worker = await stage.ready();
    const job = makeJob({ act: 'exit', delayMs: '50' });
    worker.send([job]);
    await worker.stop(5000);
    await expect(job.answer).rejects.toMatchObject({ code: 'WORKER_DIED' });
    expect(worker.state).toBe('failed');
  });
});

describe('a rank group', () => {
  it('sees its own GPUs alone, by their numbers in the machine', async () => {
    const group = [
      { type: 'cuda', index: 2, physicalIndex: 6 },
      { type: 'cuda', index: 3 },
    ] as const;
    const command = () => ({
      file: process.execPath,
      args: ['-e', 'console.error(process.env.CUDA_VISIBLE_DEVICES)'],
      environment: { CUDA_VISIBLE_DEVICES: '0' },
      directory: stage.folder,
    });
    const placed = { device: group[0], group };
    const { reason } = await failing({ placed, ears: { runtime: { names: ['x'], command } } });
    expect(reason).toContain('Its last words:\n6,3');
  });
});
