import { describe, expect, it } from 'vitest';
import { climb, type LoadStep } from '../../../src/bench/tune/attempt.js';
import { step } from './step.js';

async function climbing(steps: readonly (LoadStep | undefined)[]) {
  const asked: number[] = [];
  const best = await climb([1, 2, 4], async (connections) => {
    asked.push(connections);
    return steps[asked.length - 1];
  });
  return { asked: asked.length, best };
}

describe('loading a candidate with more and more requests at a time', () => {
  it('takes the load with the most answers', async () => {
    const { asked, best } = await climbing([step(10, 0.1), step(20, 0.2), step(30, 0.4)]);
    expect(asked).toBe(3);
    expect(best?.requestsPerSecond).toBe(30);
  });

  it('ends when more brings no more', async () => {
    const { asked, best } = await climbing([step(10, 0.1), step(10.1, 0.2), step(30, 0.4)]);
    expect(asked).toBe(2);
    expect(best?.requestsPerSecond).toBe(10.1);
  });

  it('ends when a limit that was kept is broken', async () => {
    const { asked, best } = await climbing([step(10, 0.5), step(20, 1.1), step(30, 0.4)]);
    expect(asked).toBe(2);
    expect(best?.requestsPerSecond).toBe(10);
  });

  it('goes on when few requests wait for company too long', async () => {
    const { asked, best } = await climbing([step(10, 1.5), step(5, 1.2), step(30, 0.4)]);
    expect(asked).toBe(3);
    expect(best?.requestsPerSecond).toBe(30);
  });

  it('gives what comes closest when no load keeps the limit', async () => {
    const { best } = await climbing([step(10, 1.5), step(20, 1.2), step(30, 1.4)]);
    expect(best?.strain).toBe(1.2);
  });

  it('ends when requests fail', async () => {
    const failed = { ...step(0, Number.POSITIVE_INFINITY), fault: 'status 503' };
    expect(await climbing([step(10, 0.5), failed])).toMatchObject({
      asked: 2,
      best: { requestsPerSecond: 10 },
    });
    expect(await climbing([failed])).toMatchObject({ asked: 1, best: { fault: 'status 503' } });
  });

  it('has nothing to tell when it is interrupted', async () => {
    expect((await climbing([step(10, 0.5), undefined])).best).toBeUndefined();
  });
});
