import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Events } from '../../src/core/events.js';
import { makeRequest, openStage, type Stage, until } from '../workers/fixtures/stage.js';
import { makeLine } from './line.js';

let stage: Stage;

beforeEach(async () => {
  stage = await openStage();
});

afterEach(() => stage.close());

const NO_WORKER =
  'has no worker to serve inference request. Please use scale workers API to add workers. ' +
  'If this is a sequence inference, please check if it is closed, or expired; or exceeds maxSequenceJobQueueSize';

describe('admission', () => {
  it('sends a request on in the same tick when a worker is free', async () => {
    const line = makeLine(stage);
    await line.group.scale(1, 1);
    const job = line.ask({}, 'hi');
    expect(job.owner).toBe(line.group.workers[0]);
    expect(job.sentAt).toBeGreaterThanOrEqual(job.admittedAt);
    expect(String((await job.answer).body)).toBe('hi');
  });

  it('tells each step', async () => {
    const steps: string[] = [];
    const names = ['job.requested', 'job.admitted', 'job.sent', 'job.settled'] as const;
    for (const name of names)
      stage.hub.on(name, (event: Events[typeof name]) =>
        steps.push(`${name} ${'model' in event ? event.model : ''}`),
      );
    const line = makeLine(stage);
    await line.group.scale(1, 1);
    await line.ask().answer;
    expect(steps).toEqual(['job.requested echo', 'job.admitted echo', 'job.sent ', 'job.settled echo']);
  });

  it('refuses when the model has no worker, with the words of TorchServe', () => {
    const requested: Events['job.requested'][] = [];
    stage.hub.on('job.requested', (event) => requested.push(event));
    const line = makeLine(stage);
    expect(() => line.ask()).toThrow(`Model "echo" ${NO_WORKER}`);
    expect(() => line.admit({ ...makeRequest(), version: '2.0' })).toThrow(
      `Model "echo" Version 2.0" ${NO_WORKER}`,
    );
    expect(requested.map(({ version }) => version)).toEqual([undefined, '2.0']);
  });

  it('has other words when a description was asked for', () => {
    const line = makeLine(stage);
    expect(() => line.admit({ ...makeRequest(), verb: 'describe' })).toThrow(
      'Model "echo" has no worker to serve describe request. Please use scale workers API to add workers.',
    );
  });

  it('lets requests wait for workers that are still loading', async () => {
    const line = makeLine(stage);
    const scaled = line.group.scale(1, 1);
    const job = line.ask({}, 'early');
    expect(job.sentAt).toBeUndefined();
    await scaled;
    expect(String((await job.answer).body)).toBe('early');
  });

  it('refuses at once when the queue is full', async () => {
    const line = makeLine(stage, { capacity: 2 });
    await line.group.scale(1, 1);
    const jobs = [line.ask({ delayMs: '50' }), line.ask(), line.ask()];
    expect(() => line.ask()).toThrow(expect.objectContaining({ code: 'NO_WORKER', status: 503 }));
    await Promise.all(jobs.map(({ answer }) => answer));
    await line.ask().answer;
  });

  it('refuses when all workers are given up', async () => {
    const line = makeLine(stage, { behaviour: { atLoad: 'fail' }, settings: { maxRetryTimeoutSec: 0.5 } });
    const scaled = line.group.scale(1, 1);
    const waiting = line.ask();
    await expect(scaled).rejects.toThrow();
    expect(waiting.settled).toBe(false);
    await expect(waiting.answer).rejects.toMatchObject({ code: 'WORKER_DIED', status: 500 });
    const failure = expect.objectContaining({ reason: 'no such weights' });
    expect(() => line.ask()).toThrow(expect.objectContaining({ code: 'WORKER_DIED', failure }));
  });

  it('refuses when the server stops', () => {
    const line = makeLine(stage, { line: { stopping: () => true } });
    expect(() => line.ask()).toThrow(expect.objectContaining({ code: 'SERVER_STOPPING', status: 503 }));
  });

  it('with job tickets refuses whom no worker is free for', async () => {
    const line = makeLine(stage, { tickets: true });
    await line.group.scale(1, 1);
    const job = line.ask({ delayMs: '20' });
    expect(() => line.ask()).toThrow(expect.objectContaining({ code: 'NO_WORKER' }));
    await job.answer;
    await until(() => line.group.credits === 1);
    await line.ask().answer;
  });

  it('gives a job its limits', async () => {
    const line = makeLine(stage, { line: { clientTimeoutMs: 500, maxBufferedBytes: 10 } });
    await line.group.scale(1, 1);
    const job = line.ask({ stream: '5' });
    expect((job.deadlineAt ?? 0) - job.admittedAt).toBeCloseTo(500, 6);
    await job.answer;
    // Nobody reads the pieces, so they pile up beyond the limit.
    await vi.waitFor(() => expect(job.settled).toBe(true), { timeout: 10_000 });
    expect(job.outcome).toMatchObject({ kind: 'failed', error: { code: 'CLIENT_GONE' } });
  });
});
