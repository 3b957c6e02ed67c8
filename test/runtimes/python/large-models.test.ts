import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { descendants } from '../../../src/workers/process-tree.js';
import type { StartedServer } from '../../started-server.js';
import { isAlive, until } from '../../workers/fixtures/stage.js';
import { pythonWith } from './interpreters.js';
import { ask, register, remove, SplitModels, TEXTS } from './split-models.js';

const LIMIT_MS = 120_000;

const python = pythonWith('torch', 'transformers');
const plain = pythonWith('torch');
const skipped = 'reason' in python ? ` (${python.reason})` : '';

let models: SplitModels;
let server: StartedServer;

describe.skipIf('reason' in python)(`a model split over two ranks${skipped}`, () => {
  beforeAll(async () => {
    models = new SplitModels('path' in python ? python.path : '');
    server = await models.serve();
  });

  afterAll(async () => {
    await server?.stop();
    models.close();
  });

  it(
    'answers as the whole model does, by an unmodified PiPPy-style handler, in batches',
    async () => {
      const folder = models.add('bloom', 'bloom_pippy');
      const expected = models.addSnapshot(folder);
      await register(server, 'bloom');
      const answers = await Promise.all(TEXTS.map((text) => ask(server, 'bloom', text)));
      expect(answers).toEqual(expected.map((tokens) => ({ status: 200, text: tokens.join(' ') })));
      const [described] = (await (await fetch(`${server.management}/models/bloom`)).json()) as [
        { workers: { memoryUsage: number; pid: number }[]; parallelType: string; parallelLevel: number },
      ];
      expect(described).toMatchObject({ parallelType: 'pp', parallelLevel: 2 });
      expect(described.workers).toHaveLength(1);
      // Two interpreters with torch, not one.
      expect(described.workers[0]?.memoryUsage).toBeGreaterThan(250e6);
      await remove(server, 'bloom');
    },
    LIMIT_MS,
  );

  it(
    'reads a zipped snapshot of .bin files as setup_config.json says, each rank its own part',
    async () => {
      const folder = models.add('setup', 'bloom_setup');
      const expected = models.addSnapshot(folder, 'zipped-bin');
      await register(server, 'setup');
      for (const [index, text] of TEXTS.entries()) {
        const answer = JSON.parse((await ask(server, 'setup', text)).text);
        expect(answer).toMatchObject({ tokens: expected[index], rank: 0 });
        expect(answer.bytes).toBeLessThan(160_000);
      }
      await remove(server, 'setup');
    },
    LIMIT_MS,
  );

  it(
    'answers as the whole model does with every layer spread over the ranks',
    async () => {
      const folder = models.add('spread', 'bloom_tp');
      const expected = models.addSnapshot(folder);
      await register(server, 'spread');
      for (const [index, text] of TEXTS.entries()) {
        expect(JSON.parse((await ask(server, 'spread', text)).text)).toEqual({
          tokens: expected[index],
          rank: 0,
        });
      }
      await remove(server, 'spread');
    },
    LIMIT_MS,
  );
});

describe.skipIf('reason' in plain)('groups of ranks behind a server', () => {
  beforeAll(async () => {
    models = new SplitModels('path' in plain ? plain.path : '');
    models.add('probe', 'group_probe');
    server = await models.serve('--models', 'probe=probe');
  }, LIMIT_MS);

  afterAll(async () => {
    await server?.stop();
    models.close();
  });

  /** Every process of the group: torchrun and its ranks; the launcher first. */
  async function groupPids(): Promise<readonly number[]> {
    const { launcher } = JSON.parse((await ask(server, 'probe', '{}')).text);
    return [launcher, ...descendants(launcher)];
  }

  it(
    'answer what runs with the reason when one rank ends, keep what waits, and tell the log which rank',
    async () => {
      const first = JSON.parse((await ask(server, 'probe', '{}')).text);
      const pids = await groupPids();
      expect(pids).toHaveLength(3);
      const running = ask(server, 'probe', '{"rank": 0, "act": "hang"}');
      await until(() => outputOf('model_log.log').includes('rank 0: hang'));
      const waiting = ask(server, 'probe', '{}');
      const victim = pids.find((pid) => pid !== first.pid && pid !== first.launcher) ?? 0;
      process.kill(victim, 'SIGKILL');
      const failed = await running;
      expect(failed.status).toBeGreaterThanOrEqual(500);
      expect(failed.text).toContain('Rank 1 of 2');
      expect(await waiting).toMatchObject({ status: 200 });
      expect(pids.filter(isAlive)).toEqual([]);
      expect(outputOf('ts_log.log')).toContain(`Rank 1 of 2 (pid ${victim}) was the first to end.`);
    },
    LIMIT_MS,
  );

  it(
    'are ended and started anew when a rank hangs that rank 0 does not wait for',
    async () => {
      models.add('stuck', 'group_probe', (config) =>
        config.replace('responseTimeout: 20', 'responseTimeout: 2'),
      );
      await register(server, 'stuck');
      const first = JSON.parse((await ask(server, 'stuck', '{}')).text);
      expect(await ask(server, 'stuck', '{"rank": 1, "act": "hang"}')).toMatchObject({ status: 200 });
      const said = 'Rank 1 of 2 fell behind rank 0 and finished nothing for 2000 ms.';
      await until(() => outputOf('ts_log.log').includes(said));
      const next = JSON.parse((await ask(server, 'stuck', '{}')).text);
      expect(next.launcher).not.toBe(first.launcher);
      // Whoever is not stuck may be silent for as long as nothing is asked.
      await new Promise((resolve) => setTimeout(resolve, 3000));
      expect(JSON.parse((await ask(server, 'stuck', '{}')).text).launcher).toBe(next.launcher);
      await remove(server, 'stuck');
    },
    LIMIT_MS,
  );

  it(
    'are gone a moment after the server was killed, also a rank that hangs and one that is stopped',
    async () => {
      const pids = await groupPids();
      expect(pids).toHaveLength(3);
      void ask(server, 'probe', '{"rank": 0, "act": "hang"}').catch(() => {});
      await until(() => outputOf('model_log.log').split('rank 0: hang').length > 2);
      process.kill(pids[2] ?? 0, 'SIGSTOP');
      server.process.kill('SIGKILL');
      await until(() => pids.filter(isAlive).length === 0);
    },
    LIMIT_MS,
  );
});

function outputOf(file: string): string {
  const path = join(server.folder, 'logs', file);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
