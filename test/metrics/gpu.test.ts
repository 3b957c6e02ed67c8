import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sampleGpus } from '../../src/metrics/gpu.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gpu-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Puts a program called nvidia-smi on a path of its own. */
function withProgram(body: string): NodeJS.ProcessEnv {
  const path = join(folder, 'nvidia-smi');
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return { PATH: `${folder}:/usr/bin:/bin` };
}

describe('the figures of GPUs', () => {
  it('are read from nvidia-smi', async () => {
    const env = withProgram('printf "0, 35, 1024, 4096\\n1, 0, 0, 4096\\n"');
    expect(await sampleGpus(env)).toEqual([
      { index: 0, utilizationPercent: 35, memoryUsedMb: 1024, memoryPercent: 25 },
      { index: 1, utilizationPercent: 0, memoryUsedMb: 0, memoryPercent: 0 },
    ]);
  });

  it('are asked for by name, as numbers without units', async () => {
    const asked = '--query-gpu=index,utilization.gpu,memory.used,memory.total --format=csv,noheader,nounits';
    const env = withProgram(`test "$*" = "${asked}" && echo "0, 1, 2, 4"`);
    expect(await sampleGpus(env)).toHaveLength(1);
  });

  it('are 0 where a GPU does not tell', async () => {
    expect(await sampleGpus(withProgram('echo "a warning"; echo "3, [N/A], [N/A], [N/A]"'))).toEqual([
      { index: 3, utilizationPercent: 0, memoryUsedMb: 0, memoryPercent: 0 },
    ]);
  });

  it('cannot be had when the program fails or is missing', async () => {
    await expect(sampleGpus(withProgram('exit 9'))).rejects.toThrow();
    rmSync(join(folder, 'nvidia-smi'));
    await expect(sampleGpus({ PATH: folder })).rejects.toThrow('there is no nvidia-smi');
  });
});
