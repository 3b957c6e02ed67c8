import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { HashAnswer, HashRequest } from '../../../src/store/hub/hash-messages.js';
import { gitSha1 } from './test-hub.js';

const PROGRAM = fileURLToPath(new URL('../../../dist/store/hub/hash-thread.js', import.meta.url));

describe('the hashing thread', () => {
  it('answers each finished file once, with its hash or with what went wrong', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ts-thread-'));
    writeFileSync(join(folder, 'file'), 'hello');
    const fd = openSync(join(folder, 'file'), 'r');
    const thread = new Worker(PROGRAM);
    onTestFinished(async () => {
      await thread.terminate();
      closeSync(fd);
      rmSync(folder, { recursive: true });
    });
    const answers: HashAnswer[] = [];
    const both = new Promise<void>((resolve) => {
      thread.on('message', (answer: HashAnswer) => {
        answers.push(answer);
        if (answers.length === 2) resolve();
      });
    });
    const send = (request: HashRequest) => thread.postMessage(request);
    for (const id of [1, 2, 3]) send({ kind: 'begin', id, fd, algorithm: 'git-sha1', sizeBytes: 5 });
    send({ kind: 'drop', id: 3 });
    send({ kind: 'advance', id: 1, toBytes: 2 });
    send({ kind: 'finish', id: 1, toBytes: 5 });
    send({ kind: 'advance', id: 2, toBytes: 9 });
    send({ kind: 'finish', id: 2, toBytes: 9 });
    await both;
    expect(answers).toEqual([
      { id: 1, hex: gitSha1(Buffer.from('hello')) },
      { id: 2, fault: 'the file became shorter' },
    ]);
  });
});
