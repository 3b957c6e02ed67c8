import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../../dist/bench/load/idle-main.js', import.meta.url));

describe('the process of the server that does nothing', () => {
  it('says where it listens, answers, and ends with the one who started it', async () => {
    const child = fork(PROGRAM, [], { serialization: 'advanced', execArgv: [] });
    try {
      const address = new Promise<{ origin: string }>((resolve) =>
        child.once('message', resolve as () => void),
      );
      child.send({ body: Buffer.from('right') });
      const { origin } = await address;
      expect(await (await fetch(origin, { method: 'POST', body: 'x' })).text()).toBe('right');
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.disconnect();
      expect(await ended).toBe(0);
    } finally {
      child.kill('SIGKILL');
    }
  });
});
