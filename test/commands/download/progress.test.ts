import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createDownloadProgress, type ProgressOptions } from '../../../src/commands/download/progress.js';
import { serveError } from '../../../src/core/errors.js';
import type { HubFile } from '../../../src/store/hub/hub-file.js';
import type { PullPlan } from '../../../src/store/hub/plan-pull.js';

const FILES = ['config.json', 'model.safetensors', 'there.txt'].map(
  (path) => ({ path, sizeBytes: 1000 }) as HubFile,
);
const [CONFIG, MODEL, THERE] = FILES as [HubFile, HubFile, HubFile];
const PLAN = {
  files: [
    { file: CONFIG, state: 'missing', doneBytes: 0, twins: [] },
    { file: MODEL, state: 'partial', doneBytes: 400, twins: [] },
    { file: THERE, state: 'there', doneBytes: 1000, twins: [] },
  ],
  totalBytes: 3000,
  missingBytes: 1600,
} as unknown as PullPlan;

function stage(isTTY: boolean, silent = false, plan = PLAN, columns = 120) {
  let [nowMs, text] = [0, ''];
  const stream = {
    isTTY,
    columns,
    write: (words: string) => {
      text += words;
    },
    on: () => stream,
    once: () => stream,
    removeListener: () => stream,
  };
  const clock = { now: () => nowMs, date: () => nowMs, after: () => () => undefined };
  return {
    progress: createDownloadProgress(plan, { stream, clock, silent } as unknown as ProgressOptions),
    pass: (byMs: number) => {
      nowMs += byMs;
    },
    text: () => text,
  };
}

describe('the progress of a download in a pipe', () => {
  it('is a line at the start, one for each file, and one for all every few seconds', async () => {
    const { progress, pass, text } = stage(false);
    const shown = await progress;
    shown.started(THERE, 1000);
    shown.finished(THERE);
    shown.started(MODEL, 400);
    shown.started(CONFIG, 0);
    pass(1000);
    shown.moved(MODEL, 500);
    pass(4000);
    shown.moved(MODEL, 600);
    shown.moved(MODEL, 1000);
    shown.finished(MODEL);
    shown.stop();
    expect(text().split('\n')).toEqual([
      'Downloading 2 files, 1.6 kB.',
      'model.safetensors: goes on at 400 B',
      '1.6 kB of 3.0 kB, 1 of 3 files, 40 B/s, 35 s left',
      '2/3 model.safetensors 1.0 kB',
      '',
    ]);
  });

  it('tells of waits that one notices', async () => {
    const { progress, text } = stage(false);
    const shown = await progress;
    const failure = serveError('HUB_BROKEN', { host: 'h', status: 503, what: 'config.json', attempts: 2 });
    shown.waiting(CONFIG, failure, 400);
    shown.waiting(CONFIG, failure, 12_000);
    shown.stop();
    expect(text().split('\n').slice(1)).toEqual([
      'h answers 503 to config.json (attempts: 2). Trying again in 12 s.',
      '',
    ]);
  });

  it('is nothing when silent, or when everything is there', async () => {
    for (const { progress, text } of [stage(false, true), stage(false, false, { ...PLAN, files: [] })]) {
      const shown = await progress;
      shown.started(MODEL, 0);
      shown.moved(MODEL, 1000);
      shown.finished(MODEL);
      shown.stop();
      expect(text()).toBe('');
    }
  });
});

describe('the progress of a download on a terminal', () => {
  it('is a bar for each file under way, and one for all below', async () => {
    const { progress, text } = stage(true);
    const shown = await progress;
    shown.started(MODEL, 400);
    shown.moved(MODEL, 1000);
    // The bars are drawn by a timer of their own.
    await new Promise((resolve) => setTimeout(resolve, 250));
    shown.finished(MODEL);
    shown.stop();
    expect(text()).toMatch(/model\.safetensors +\S+ 100% \| 1\.0 kB of 1\.0 kB/);
    expect(text()).toMatch(/1 of 3 files +\S+ 66% \| 2\.0 kB of 3\.0 kB/);
    expect(text().indexOf('model.safetensors')).toBeLessThan(text().indexOf('1 of 3 files'));
  });

  it('shows speed and the time left also where a line has 80 columns', async () => {
    const large = { path: 'a-model-with-a-long-name-00001.safetensors', sizeBytes: 49_400_000 } as HubFile;
    const files = [{ file: large, state: 'missing', doneBytes: 0, twins: [] }];
    const plan = { files, totalBytes: large.sizeBytes, missingBytes: large.sizeBytes } as unknown as PullPlan;
    const { progress, pass, text } = stage(true, false, plan, 80);
    const shown = await progress;
    shown.started(large, 0);
    pass(3000);
    shown.moved(large, 37_500_000);
    await new Promise((resolve) => setTimeout(resolve, 250));
    shown.stop();
    expect(text()).toMatch(/…\S+\.safetensors \S+ 75% \| 37\.5 MB of 49\.4 MB/);
    expect(text()).toMatch(/0 of 1 files +\S+ 75% \| 37\.5 MB of 49\.4 MB \| 12\.5 MB\/s \| .* left/);
    // What the terminal is told beside the text begins with an escape.
    const lines = stripVTControlCharacters(text()).split(/[\r\n]+/);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  });
});
