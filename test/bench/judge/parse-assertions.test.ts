import { describe, expect, it } from 'vitest';
import { parseAssertions } from '../../../src/bench/judge/parse-assertions.js';

describe('assertions', () => {
  it('are conditions separated by commas, in the units of their figures', () => {
    const found = parseAssertions('p99<50ms, speedup@2>=1.7,p50 <= 0.5 s,throughput>100/s,rss<1GiB,cpu<150%');
    expect(found.map(({ figure, operator, value }) => [figure, operator, value])).toEqual([
      ['p99', '<', 50],
      ['speedup', '>=', 1.7],
      ['p50', '<=', 500],
      ['throughput', '>', 100],
      ['rss', '<', 2 ** 30],
      ['cpu', '<', 150],
    ]);
    expect(found.map(({ text }) => text)[1]).toBe('speedup@2>=1.7');
    expect(found.map(({ workers }) => workers).slice(0, 2)).toEqual([undefined, 2]);
  });

  it('may choose a target, and workers of it', () => {
    expect(parseAssertions('p99.9@b.mar@4<1e3us')).toMatchObject([
      { figure: 'p99.9', target: 'b.mar', workers: 4, value: 1 },
    ]);
  });

  it('may be a factor of the baseline', () => {
    expect(parseAssertions('p99<=1.1*baseline,errors==0')).toMatchObject([
      { ofBaseline: true, value: 1.1 },
      { ofBaseline: false, value: 0, figure: 'errors' },
    ]);
  });

  it.each([
    ['', 1, 'a figure is expected'],
    ['p98<5', 1, 'a figure is expected, one of mean, p50'],
    ['p99 5', 4, 'one of < <= > >= == is expected'],
    ['p99<', 5, 'a number is expected'],
    ['p99<fast', 5, 'a number is expected'],
    ['p99<5x', 6, '"x" is no unit of p99; its units: ms, us, s'],
    ['errors<5ms', 9, '"ms" is no unit of errors; its units: none'],
    ['p99<5ms;p50<1', 8, 'a comma or the end is expected'],
    ['p99<5,', 7, 'a figure is expected'],
    ['p99@2@4<5', 6, 'the workers are chosen already'],
    ['constructor<5', 1, 'a figure is expected'],
  ])('"%s" are wrong at character %i', (text, position, problem) => {
    const parse = () => parseAssertions(text);
    expect(parse).toThrowError(expect.objectContaining({ code: 'BENCH_ASSERT_SYNTAX', exitCode: 2 }));
    expect(parse).toThrowError(`at character ${position} of`);
    expect(parse).toThrowError(problem);
  });
});
