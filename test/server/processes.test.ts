import { spawn } from 'node:child_process';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { isServerProcess, portHolder } from '../../src/server/processes.js';

describe('a server process', () => {
  it('is known by its command line', () => {
    const server = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 20000)', 'serve', 'x.mar']);
    const other = spawn('sleep', ['20']);
    expect(isServerProcess(server.pid ?? 0)).toBe(true);
    expect(isServerProcess(other.pid ?? 0)).toBe(false);
    server.kill('SIGKILL');
    other.kill('SIGKILL');
  });

  it('is not one that does not exist', () => {
    expect(isServerProcess(999_999_999)).toBe(false);
  });
});

describe.runIf(process.platform === 'linux')('the holder of a port', () => {
  it('is named with its process', async () => {
    for (const host of ['127.0.0.1', '::']) {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, host, resolve));
      const { port } = server.address() as AddressInfo;
      expect(portHolder(port)).toMatch(new RegExp(`^process ${process.pid}: `));
      await new Promise((resolve) => server.close(resolve));
      expect(portHolder(port)).toBeUndefined();
    }
  });
});
