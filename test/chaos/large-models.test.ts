import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { descendants } from '../../src/workers/process-tree.js';
import { freePort } from '../runtimes/python/free-port.js';
import { pythonWith } from '../runtimes/python/interpreters.js';
import { ask, commandOf, register, remove, SplitModels, TEXTS } from '../runtimes/python/split-models.js';
import type { StartedServer } from '../started-server.js';
import { isAlive } from '../workers/fixtures/stage.js';

const python = pythonWith('torch', 'transformers');
const skipped = 'reason' in python ? ` (${python.reason})` : '';

describe.skipIf('reason' in python)(`a model split over two machines, here two addresses${skipped}`, () => {
  let models: SplitModels;
  let server: StartedServer;
  let other: StartedServer;

  beforeAll(async () => {
    models = new SplitModels('path' in python ? python.path : '');
    [server, other] = await Promise.all([models.serve(), models.serve()]);
  });

  afterAll(async () => {
    await Promise.all([server?.stop(), other?.stop()]);
    models.close();
  });

  /** The model folders of both machines; gives what the whole model says. */
  async function addNodes(fixture: string): Promise<readonly (readonly number[])[]> {
    const port = await freePort('127.0.0.2');
    const expected = [0, 1].map((rank) => {
      const torchrun = [
        'nproc-per-node: 1',
        'nnodes: 2',
        `node-rank: ${rank}`,
        'rdzv-backend: static',
        `rdzv-endpoint: 127.0.0.2:${port}`,
        'rdzv-id: bloom',
        `local-addr: 127.0.0.${rank + 2}`,
      ];
      const folder = models.add(`${fixture}${rank}`, fixture, (config) =>
        config
          .replace('nproc-per-node: 2', torchrun.join('\n  '))
          .replace('maxBatchDelay: 50', 'maxBatchDelay: 1'),
      );
      return models.addSnapshot(folder);
    });
    await Promise.all([register(server, `${fixture}0`), register(other, `${fixture}1`)]);
    return expected[0] ?? [];
  }

  it('answers as the whole model does where rank 0 is, and finds together again when a rank was killed', async () => {
    const expected = await addNodes('bloom_pippy');
    const right = { status: 200, text: expected[0]?.join(' ') };
    expect(await ask(server, 'bloom_pippy0', TEXTS[0])).toEqual(right);
    expect(await ask(other, 'bloom_pippy1', TEXTS[0])).toMatchObject({ status: 503 });
    const victim = descendants(other.pid).find((pid) => /group_rank/.test(commandOf(pid))) ?? 0;
    process.kill(victim, 'SIGKILL');
    // Until the first machine has noticed, its answers are errors.
    const again = expect.poll(() => ask(server, 'bloom_pippy0', TEXTS[0]), {
      timeout: 90_000,
      interval: 500,
    });
    await again.toEqual(right);
    expect(isAlive(victim)).toBe(false);
    await Promise.all([remove(server, 'bloom_pippy0'), remove(other, 'bloom_pippy1')]);
  });

  it('hands every request on to the other machine in tensor parallelism', async () => {
    const expected = await addNodes('bloom_tp');
    for (const [index, text] of TEXTS.entries()) {
      const answer = await ask(server, 'bloom_tp0', text);
      expect(JSON.parse(answer.text)).toEqual({ tokens: expected[index], rank: 0 });
    }
    expect(await ask(other, 'bloom_tp1', 'a')).toMatchObject({ status: 503 });
  });
});
