import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isCompressible } from '../../src/archive/compressible.js';
import { noise, scratch } from './scratch.js';

const words = Buffer.from('the same words over and over '.repeat(10_000));

describe('whether deflating is worth the time', () => {
  it.each([
    ['labels.json', Buffer.from('{}'), true],
    ['words.dat', words, true],
    ['noise.dat', noise(300_000), false],
    ['half.dat', Buffer.concat([words.subarray(0, 100_000), noise(300_000)]), true],
    ['model.onnx', words, false],
    ['MODEL.PT', words, false],
    ['photo.jpg', words, false],
  ])('is found out for %s', async (name, content, worth) => {
    const path = join(scratch({ [name]: content }), name);
    expect(await isCompressible(path, content.length)).toBe(worth);
  });
});
