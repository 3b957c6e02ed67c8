import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createProgress } from '../../../src/commands/archive/progress.js';

function clockAt(): { now(): number; date(): number; after(): () => void; pass(ms: number): void } {
  let nowMs = 0;
  return {
    now: () => nowMs,
    date: () => nowMs,
    after: () => () => {},
    pass: (ms) => {
      nowMs += ms;
    },
  };
}

function stream(isTTY: boolean): { stream: PassThrough & { isTTY?: boolean }; text(): string } {
  const made = Object.assign(new PassThrough(), { isTTY, columns: 120 });
  let text = '';
  made.on('data', (bytes) => {
    text += bytes;
  });
  return { stream: made, text: () => text };
}

describe('the progress of an archive', () => {
  it('is a line every few seconds where nobody sits at a terminal', async () => {
    const [clock, out] = [clockAt(), stream(false)];
    const progress = await createProgress(10_000_000, out.stream, clock);
    clock.pass(1000);
    progress.update(1_000_000);
    expect(out.text()).toBe('');
    clock.pass(4000);
    progress.update(5_000_000);
    progress.stop();
    expect(out.text()).toBe('5.0 MB of 10.0 MB, 1.0 MB/s, 5 s left\n');
  });

  it('is a bar with bytes, speed and time left on a terminal', async () => {
    const [clock, out] = [clockAt(), stream(true)];
    const progress = await createProgress(10_000_000, out.stream, clock);
    clock.pass(1000);
    progress.update(2_500_000);
    progress.stop();
    expect(out.text()).toContain('25% | 2.5 MB of 10.0 MB | 2.5 MB/s | 3 s left');
  });

  it('is not shown for what takes less than a moment', async () => {
    for (const isTTY of [true, false]) {
      const out = stream(isTTY);
      const progress = await createProgress(10, out.stream, clockAt());
      progress.update(10);
      progress.stop();
      expect(out.text()).toBe('');
    }
  });
});
