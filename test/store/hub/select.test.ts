import { describe, expect, it } from 'vitest';
import type { HubFile } from '../../../src/store/hub/hub-file.js';
import { selectFiles } from '../../../src/store/hub/select.js';

const PATHS = [
  'config.json',
  'onnx/model.onnx',
  'onnx/model_q4.onnx',
  'a[1].txt',
  'README.md',
  'x+y.bin',
  'sub/a.json',
];

function select(include: string[], exclude: string[] = []): string[] {
  const files = PATHS.map((path) => ({ path }) as HubFile);
  return selectFiles(files, { include, exclude }).map(({ path }) => path);
}

describe('the patterns of files', () => {
  it('take everything when there are none', () => {
    expect(select([])).toEqual(PATHS);
  });

  it('go across folders, as in Python', () => {
    expect(select(['*.json'])).toEqual(['config.json', 'sub/a.json']);
    expect(select(['onnx/*'])).toEqual(['onnx/model.onnx', 'onnx/model_q4.onnx']);
    expect(select(['onnx/'])).toEqual(['onnx/model.onnx', 'onnx/model_q4.onnx']);
    expect(select(['model.onnx'])).toEqual([]);
  });

  it('leave out what is excluded, also when it is included', () => {
    expect(select(['*.onnx', '*.md'], ['*q?*'])).toEqual(['onnx/model.onnx', 'README.md']);
    expect(select([], ['*'])).toEqual([]);
  });

  it('know sets, and take other letters for what they are', () => {
    expect(select(['[cs]*.json'])).toEqual(['config.json', 'sub/a.json']);
    expect(select(['[!c]*.json'])).toEqual(['sub/a.json']);
    expect(select(['a[[]1].txt'])).toEqual(['a[1].txt']);
    expect(select(['x+y.bin', 'READMEx.md', 'a[1.txt'])).toEqual(['x+y.bin']);
  });

  it('are compared in a moment, however many stars they have', () => {
    expect(select([`${'*'.repeat(40)}a${'*?'.repeat(30)}b`])).toEqual([]);
  });
});
