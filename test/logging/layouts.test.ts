import { describe, expect, it } from 'vitest';
import { createTimestamp, logLine } from '../../src/logging/layouts.js';

describe('the time of a log line', () => {
  it('is written as log4j writes it, in local time', () => {
    const date = new Date(2024, 4, 3, 1, 2, 3, 7);
    expect(createTimestamp(() => date.getTime())()).toBe('2024-05-03T01:02:03,007');
  });

  it('moves with the clock, by milliseconds, seconds and days, forward and back', () => {
    let now = new Date(2023, 11, 31, 23, 59, 59, 998).getTime();
    const time = createTimestamp(() => now);
    const texts = [0, 1, 1, 1, 0, -3000].map((step) => {
      now += step;
      return time();
    });
    expect(texts).toEqual([
      '2023-12-31T23:59:59,998',
      '2023-12-31T23:59:59,999',
      '2024-01-01T00:00:00,000',
      '2024-01-01T00:00:00,001',
      '2024-01-01T00:00:00,001',
      '2023-12-31T23:59:57,001',
    ]);
  });
});

describe('a log line', () => {
  it('has level, thread and logger in the order of TorchServe', () => {
    expect(logLine('T', 'info', 'W-9000-noop_1.0-stdout', 'MODEL_LOG', 'hello')).toBe(
      'T [INFO ] W-9000-noop_1.0-stdout MODEL_LOG - hello',
    );
    expect(logLine('T', 'warn', 'main', 'x', '')).toBe('T [WARN ] main x - ');
    expect(logLine('T', 'error', 'main', 'x', 'a')).toContain('[ERROR]');
    expect(logLine('T', 'debug', 'main', 'x', 'a')).toContain('[DEBUG]');
  });

  it('lets no message pass for a line of its own', () => {
    const line = logLine('T', 'info', 'main', 'x', 'name\n2024 [INFO ] forged\r\nmore');
    expect(line.split('\n').slice(1)).toEqual(['\t2024 [INFO ] forged', '\tmore']);
  });
});
