import { describe, expect, it } from 'vitest';
import { serveError } from '../../../src/core/errors.js';
import { Passing, retrying } from '../../../src/store/hub/retry.js';

const limits = { attempts: 3, firstDelayMs: 1, maxDelayMs: 2 };
const { signal } = new AbortController();
const down = (attempts: number) => serveError('HUB_BROKEN', { host: 'h', status: 500, what: 'x', attempts });

describe('trying again', () => {
  it('goes on while the failure may pass', async () => {
    let calls = 0;
    const act = async () => {
      calls += 1;
      if (calls < 3) throw new Passing(down);
      return 'done';
    };
    expect(await retrying(act, { limits, signal })).toBe('done');
    expect(calls).toBe(3);
  });

  it('ends after so many attempts with what the failure became', async () => {
    const act = async () => {
      throw new Passing(down);
    };
    await expect(retrying(act, { limits, signal })).rejects.toMatchObject({
      message: 'h answers 500 to x (attempts: 3).',
    });
  });

  it('does not count attempts that got further, up to a limit of all', async () => {
    let bytes = 0;
    const act = async () => {
      bytes += 1;
      if (bytes === 20) return bytes;
      throw new Passing(down);
    };
    expect(await retrying(act, { limits, signal, progress: () => bytes })).toBe(20);
    bytes = 100;
    const endless = retrying(act, {
      limits: { attempts: 3, firstDelayMs: 0, maxDelayMs: 0 },
      signal,
      progress: () => bytes,
    });
    await expect(endless).rejects.toMatchObject({ code: 'HUB_BROKEN' });
  });

  it('tells before each wait what went wrong and how long it waits', async () => {
    const told: unknown[] = [];
    let calls = 0;
    const act = async () => {
      calls += 1;
      if (calls < 3) throw new Passing(down, calls === 1 ? 5 : undefined);
    };
    const onWait = ({ message }: Error, waitMs: number) => told.push([message, Math.round(waitMs)]);
    await retrying(act, { limits, signal, onWait });
    expect(told).toEqual([
      [down(1).message, 5],
      [down(2).message, expect.any(Number)],
    ]);
  });

  it('ends at once with failures that stay', async () => {
    let calls = 0;
    const act = async () => {
      calls += 1;
      throw down(1);
    };
    await expect(retrying(act, { limits, signal })).rejects.toMatchObject({ code: 'HUB_BROKEN' });
    expect(calls).toBe(1);
  });

  it('waits as long as the far side asks', async () => {
    const start = performance.now();
    let calls = 0;
    await retrying(
      async () => {
        calls += 1;
        if (calls === 1) throw new Passing(down, 60);
      },
      { limits, signal },
    );
    // Never sooner; later only when the machine is busy.
    expect(performance.now() - start).toBeGreaterThan(55);
  });

  it('is over when it is interrupted, also while it waits', async () => {
    const controller = new AbortController();
    const act = async () => {
      setImmediate(() => controller.abort());
      throw new Passing(down, 60_000);
    };
    await expect(retrying(act, { limits, signal: controller.signal })).rejects.toMatchObject({
      code: 'HUB_CANCELLED',
    });
  });
});
