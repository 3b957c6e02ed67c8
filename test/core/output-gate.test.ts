import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/core/clock.js';
import { OutputGate } from '../../src/core/output-gate.js';

const RATE = 1000;
/** What passes at once. */
const BURST = 16 * RATE;

function openGate() {
  const lines: string[] = [];
  let now = 0;
  let ring: (() => void) | undefined;
  const clock: Clock = {
    now: () => now,
    date: () => now,
    after(_, wake) {
      ring = wake;
      return () => {
        ring = undefined;
      };
    },
  };
  const gate = new OutputGate({
    maxLineBytes: 10_000,
    bytesPerSec: RATE,
    clock,
    onLine: (line) => lines.push(line),
  });
  return {
    gate,
    lines,
    pass: (seconds: number) => {
      now += seconds * 1000;
    },
    ring: () => ring?.(),
    print: (text: string) => gate.push(Buffer.from(text)),
  };
}

const numbered = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => `line ${from + index}\n`).join('');

describe('the output of a worker', () => {
  it('passes line by line while it keeps to its rate', () => {
    const { gate, lines, pass, print } = openGate();
    for (let second = 0; second < 60; second += 1) {
      print(`line ${second}\n`.padEnd(800, 'x').replace(/x$/, '\n'));
      pass(1);
    }
    gate.end();
    expect(lines.filter((line) => line.includes('left out'))).toEqual([]);
    expect(lines.filter((line) => line.startsWith('line'))).toHaveLength(60);
  });

  it('may come in bursts', () => {
    const { gate, lines, print } = openGate();
    print(numbered(0, 100));
    gate.end();
    expect(lines).toHaveLength(100);
  });

  it('is left out beyond that, but for its last words', () => {
    const { gate, lines, print } = openGate();
    print(numbered(0, 100_000));
    print('Traceback\nValueError: oh\n');
    gate.end();
    expect(lines.slice(0, 2)).toEqual(['line 0', 'line 1']);
    expect(lines.slice(-2)).toEqual(['Traceback', 'ValueError: oh']);
    expect(lines.length).toBeLessThan(2000);
    const gap = lines.findIndex((line) => line.includes('left out'));
    const [, before = ''] = /line (\d+)/.exec(lines[gap - 2] ?? '') ?? [];
    const [, after = ''] = /line (\d+)/.exec(lines[gap + 1] ?? '') ?? [];
    expect(Number(after)).toBeGreaterThan(Number(before) + 90_000);
    const counted = Number(/\((\d+) bytes/.exec(lines[gap] ?? '')?.[1]);
    const shown = lines
      .filter((line) => !line.includes('left out'))
      .reduce((sum, line) => sum + line.length + 1, 0);
    // The line that was cut in two has a break of its own.
    expect(counted + shown - 1).toBe(numbered(0, 100_000).length + 'Traceback\nValueError: oh\n'.length);
  });

  it('goes on with a whole line when time has passed', () => {
    const { gate, lines, pass, print } = openGate();
    print('x'.repeat(2 * BURST));
    pass(10);
    print('the rest of it\nnext\n');
    expect(lines.at(-1)).toBe('next');
    expect(lines.at(-2)).toMatch(/^… \(\d+ bytes left out: printed faster than worker_output_rate\)$/);
    gate.end();
    expect(lines.at(-1)).toBe('next');
  });

  it('has its last words shown when it is silent for a while', () => {
    const { lines, pass, print, ring } = openGate();
    print(numbered(0, 10_000));
    ring();
    expect(lines.at(-1)).not.toBe('line 9999');
    pass(100);
    ring();
    expect(lines.at(-1)).toBe('line 9999');
  });

  it('costs next to nothing where it is left out', () => {
    const { gate, lines } = openGate();
    const chunk = Buffer.from('\n'.repeat(65_536));
    for (let n = 0; n < 5000; n += 1) gate.push(chunk);
    gate.end();
    expect(lines.length).toBeLessThan(20_000);
  });
});
