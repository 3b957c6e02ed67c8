import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { noise } from '../../archive/scratch.js';
import { desk } from '../../commands/download/running.js';

/** `TS_SERVE_KILLS=200` for the long run. */
const KILLS = Number(process.env.TS_SERVE_KILLS ?? 4);
const FILES: Record<string, Buffer> = {
  ...Object.fromEntries(
    Array.from({ length: 10 }, (_, index) => [`small-${index}.json`, noise(2000, index + 1)]),
  ),
  'a.bin': noise(3_000_000, 20),
  'sub/b.safetensors': noise(9_000_000, 21),
  'large.bin': noise(20_000_000, 22),
};
const TOTAL_BYTES = Object.values(FILES).reduce((sum, { length }) => sum + length, 0);

describe('a download that is killed', () => {
  it(
    'is completed by the next run with every byte right, whenever it was killed',
    async () => {
      const { hub, home, start, ts } = await desk();
      const commit = hub.put('org/name', { files: FILES });
      const snapshot = join(home, 'hub/models--org--name/snapshots', commit);
      // How long an undisturbed run takes, so that the kills fall all over it.
      const startMs = performance.now();
      await ts(['download', 'org/name', '--quiet']);
      const wholeMs = performance.now() - startMs;
      let [killed, resumed] = [0, 0];
      for (let round = 0; round < KILLS; round += 1) {
        rmSync(home, { recursive: true });
        const { child, ended } = start(['download', 'org/name', '--quiet']);
        const timer = setTimeout(() => child.kill('SIGKILL'), (0.3 + 0.7 * Math.random()) * wholeMs);
        if ((await ended).code === null) killed += 1;
        clearTimeout(timer);
        const { code, stdout, stderr } = await ts(['download', 'org/name', '--json']);
        expect(code, stderr).toBe(0);
        if (JSON.parse(stdout).receivedBytes < TOTAL_BYTES) resumed += 1;
        for (const [path, bytes] of Object.entries(FILES))
          expect(readFileSync(join(snapshot, path)).equals(bytes), path).toBe(true);
        expect(readFileSync(join(home, 'hub/models--org--name/refs/main'), 'utf8')).toBe(commit);
      }
      if (KILLS >= 100) process.stderr.write(`${KILLS} runs, ${killed} killed, ${resumed} gone on with\n`);
    },
    20_000 + KILLS * 10_000,
  );
});
