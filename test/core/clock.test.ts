import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.js';

describe('the system clock', () => {
  it('counts monotonic milliseconds and wall-clock milliseconds', () => {
    const before = systemClock.now();
    expect(systemClock.now()).toBeGreaterThanOrEqual(before);
    expect(Math.abs(systemClock.date() - Date.now())).toBeLessThan(1000);
  });

  it('calls back once after the delay', async () => {
    let rung = 0;
    // The timers of the clock do not keep a process alive; this one does.
    const alive = setTimeout(() => {}, 10_000);
    await new Promise<void>((resolve) => {
      systemClock.after(5, () => {
        rung += 1;
        resolve();
      });
    });
    clearTimeout(alive);
    expect(rung).toBe(1);
  });

  it('forgets a timer that is cancelled', async () => {
    let rung = false;
    systemClock.after(1, () => {
      rung = true;
    })();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(rung).toBe(false);
  });

  it('does not ring at once for a delay longer than timers can wait', async () => {
    let rung = false;
    const cancel = systemClock.after(1e12, () => {
      rung = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 10));
    cancel();
    expect(rung).toBe(false);
  });
});
