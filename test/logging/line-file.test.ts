import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ServeError } from '../../src/core/errors.js';
import { LineFile, type LineFileOptions } from '../../src/logging/line-file.js';

let folder: string;
let troubles: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'line-file-'));
  troubles = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

function open(options: Partial<LineFileOptions> = {}): LineFile {
  return new LineFile({
    path: join(folder, 'x.log'),
    maxBytes: 1_000_000,
    filesKept: 2,
    bufferBytes: 1_000_000,
    onTrouble: (message) => troubles.push(message),
    ...options,
  });
}

function text(name = 'x.log'): string {
  return readFileSync(join(folder, name), 'utf8');
}

describe('a log file', () => {
  it('gets its lines in the background, without being asked', async () => {
    const file = open();
    file.write('one');
    file.write('zwölf');
    for (let waited = 0; text() === '' && waited < 5000; waited += 10) await sleep(10);
    expect(text()).toBe('one\nzwölf\n');
    await file.close();
  });

  it('has every line in order when it is closed', async () => {
    const file = open();
    const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index}`);
    for (const [index, line] of lines.entries()) {
      file.write(line);
      if (index % 1000 === 0) await sleep(0);
    }
    await file.close();
    expect(text()).toBe(`${lines.join('\n')}\n`);
    expect(troubles).toEqual([]);
  });

  it('keeps the order of lines of any length and script', async () => {
    const file = open({ maxBytes: 1e9, bufferBytes: 1e9 });
    const lines = [
      'a',
      'ü'.repeat(200_000),
      'b',
      '世'.repeat(21_845),
      'c',
      'x'.repeat(21_846),
      '',
      '🙂',
      'd',
    ];
    for (const line of [...lines, ...lines]) {
      file.write(line);
      await sleep(0);
    }
    for (const line of lines) file.write(line);
    await file.close();
    expect(text()).toBe(`${[...lines, ...lines, ...lines].join('\n')}\n`);
    expect(troubles).toEqual([]);
  });

  it('is added to, not begun anew', async () => {
    writeFileSync(join(folder, 'x.log'), 'old\n');
    const file = open();
    file.write('new');
    await file.close();
    expect(text()).toBe('old\nnew\n');
  });

  it('has what waited once flush returns', async () => {
    const file = open();
    file.write('last words');
    file.flush();
    expect(text()).toBe('last words\n');
    await file.close();
  });

  it('is put aside when it is too large, and so many are kept', async () => {
    const file = open({ maxBytes: 100 });
    for (let number = 1; number <= 5; number++) {
      file.write(`${number} ${'x'.repeat(80)}`);
      file.flush();
    }
    await file.close();
    expect(readdirSync(folder).sort()).toEqual(['x.log', 'x.log.1', 'x.log.2']);
    expect([text(), text('x.log.1'), text('x.log.2')].map((content) => content[0])).toEqual(['5', '4', '3']);
  });

  it('begins anew when none is kept', async () => {
    const file = open({ maxBytes: 100, filesKept: 0 });
    for (const line of ['a', 'b']) {
      file.write(line.repeat(80));
      file.flush();
    }
    await file.close();
    expect(readdirSync(folder)).toEqual(['x.log']);
    expect(statSync(join(folder, 'x.log')).size).toBe(81);
  });

  it('goes on in the same file when it cannot be put aside', async () => {
    writeFileSync(join(folder, 'x.log'), 'x'.repeat(100));
    const file = open({ maxBytes: 100, path: join(folder, 'x.log'), filesKept: 1 });
    rmSync(join(folder, 'x.log'));
    file.write('kept');
    await file.close();
    expect(existsSync(join(folder, 'x.log'))).toBe(true);
    expect(text()).toBe('kept\n');
  });

  it('ignores lines after it was closed, and a second close', async () => {
    const file = open();
    await file.close();
    file.write('late');
    await file.close();
    expect(text()).toBe('');
  });
});

describe('a log file in trouble', () => {
  it.runIf(existsSync('/dev/full'))(
    'loses lines on a full disk, says so once, and never throws',
    async () => {
      const file = open({ path: '/dev/full' });
      for (let round = 0; round < 3; round++) {
        file.write('lost');
        file.flush();
      }
      file.write('lost in the background');
      await sleep(120);
      await file.close();
      expect(troubles).toHaveLength(1);
      expect(troubles[0]).toMatch(/^Lines of \/dev\/full are lost: ENOSPC/);
    },
  );

  it('keeps no more in memory than it may', async () => {
    const file = open({ bufferBytes: 1000 });
    for (let number = 0; number < 100; number++) file.write('x'.repeat(99));
    await file.close();
    expect(text().length).toBeLessThanOrEqual(1100);
    expect(troubles).toEqual([`Lines of ${join(folder, 'x.log')} are lost: the disk is too slow.`]);
  });

  it('cannot be opened where no file can be: the error names the folder', () => {
    writeFileSync(join(folder, 'file'), '');
    const attempt = (): LineFile => open({ path: join(folder, 'file', 'x.log') });
    expect(attempt).toThrow(/Log files cannot be written to .*file/);
    try {
      attempt();
    } catch (error) {
      expect((error as ServeError).code).toBe('LOG_FOLDER');
    }
  });
});
