import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bind } from '../../../src/api/http/bind.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ts-bind-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('binding', () => {
  it('takes over the Unix socket of a process that is no more', async () => {
    const path = join(folder, 's.sock');
    const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
    await new Promise((resolve) => spawn(process.execPath, ['-e', script]).on('exit', resolve));
    expect(existsSync(path)).toBe(true);
    const server = createServer();
    await bind(server, { kind: 'unix', path });
    expect(server.listening).toBe(true);
    server.close();
  });

  it('does not take over a Unix socket that is answered', async () => {
    const path = join(folder, 's.sock');
    const first = createServer();
    await bind(first, { kind: 'unix', path });
    await expect(bind(createServer(), { kind: 'unix', path })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    first.close();
  });

  it('leaves a file alone that is no socket', async () => {
    const path = join(folder, 'model.onnx');
    writeFileSync(path, 'weights');
    await expect(bind(createServer(), { kind: 'unix', path })).rejects.toThrow('is there and is no socket');
    expect(readFileSync(path, 'utf8')).toBe('weights');
  });

  it('says what the system says of a port in use', async () => {
    const first = createServer();
    await bind(first, { kind: 'tcp', host: '127.0.0.1', port: 0, tls: false });
    const { port } = first.address() as { port: number };
    const second = bind(createServer(), { kind: 'tcp', host: '127.0.0.1', port, tls: false });
    await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' });
    first.close();
  });
});
