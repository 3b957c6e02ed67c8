import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { showProgress } from '../../../src/bench/report/progress.js';

/** A stream that keeps what was written and says whether it is a terminal. */
function stream(isTTY: boolean) {
  const pass = new PassThrough();
  let text = '';
  pass.on('data', (bytes) => {
    text += bytes;
  });
  const terminal = {
    isTTY,
    columns: 120,
    cursorTo: () => true,
    clearLine: () => true,
    clearScreenDown: () => true,
  };
  return { written: Object.assign(pass, terminal) as unknown as NodeJS.WriteStream, text: () => text };
}

describe('the progress of a measurement', () => {
  it('is one plain line for each stretch when nobody watches', async () => {
    const { written, text } = stream(false);
    const progress = await showProgress(written);
    progress.begin('starting a server');
    progress.begin('1 worker, one after another', 10);
    for (let done = 1; done <= 10; done += 1) progress.at(done);
    progress.close();
    expect(text()).toBe('starting a server\n1 worker, one after another\n');
  });

  it('is a bar with the time left on a terminal', async () => {
    const { written, text } = stream(true);
    const progress = await showProgress(written);
    progress.begin('starting a server');
    progress.begin('1 worker, one after another', 10);
    progress.at(10);
    progress.begin('1 worker, 4 at a time', 10);
    progress.close();
    expect(text()).toContain('starting a server');
    expect(text()).toMatch(/1 worker, one after another .*% *, .* left/);
    expect(text()).toContain('1 worker, 4 at a time');
  });

  it('takes a stretch of nothing without a bar', async () => {
    const { written, text } = stream(true);
    const progress = await showProgress(written);
    progress.begin('warm-up', 0);
    progress.at(1);
    progress.close();
    expect(text()).toContain('warm-up');
  });
});
