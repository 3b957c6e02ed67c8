import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readLabels } from '../../../../src/runtimes/node/handlers/labels.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ts-labels-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function labelsFrom(content: unknown): (index: number) => string {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  writeFileSync(join(folder, 'index_to_name.json'), text);
  return readLabels(folder);
}

describe('readLabels', () => {
  it('reads names by index, and the last of a list as ImageNet’s file has them', () => {
    const labels = labelsFrom({ 0: 'cat', 1: ['n02123045', 'tabby'] });
    expect([labels(0), labels(1)]).toEqual(['cat', 'tabby']);
  });

  it('reads the form of object detectors', () => {
    expect(labelsFrom({ object_type_names: ['sky', 'road'] })(1)).toBe('road');
  });

  it('falls back on the number', () => {
    expect(readLabels(folder)(3)).toBe('3');
    expect(labelsFrom({ 0: 'cat' })(3)).toBe('3');
  });

  it('refuses a file that is something else', () => {
    for (const content of ['[1, 2', ['cat'], '"cat"'])
      expect(() => labelsFrom(content)).toThrow(expect.objectContaining({ code: 'HANDLER_FILE_INVALID' }));
  });
});
