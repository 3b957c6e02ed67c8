import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { readPixels } from '../../../../src/runtimes/node/handlers/image-pixels.js';
import type { ImageSettings } from '../../../../src/runtimes/node/handlers/image-settings.js';

const plain: ImageSettings = {
  resize: [2, 2],
  crop: undefined,
  channels: 3,
  mean: [0, 0, 0],
  std: [1, 1, 1],
  layout: 'nchw',
};

async function png(
  width: number,
  height: number,
  channels: 1 | 3 | 4,
  bytes: readonly number[],
): Promise<Buffer> {
  return sharp(Uint8Array.from(bytes), { raw: { width, height, channels } }).png().toBuffer();
}

async function read(bytes: Buffer, settings: Partial<ImageSettings> = {}, limited = true): Promise<number[]> {
  const { values } = await readPixels(sharp, bytes, { ...plain, ...settings }, limited);
  return Array.from(values, (value) => Math.round(value * 255));
}

const red = [255, 0, 0];
const blue = [0, 0, 255];

describe('readPixels', () => {
  it('puts channels in planes, or side by side', async () => {
    const bytes = await png(2, 2, 3, [...red, ...blue, ...blue, ...red]);
    expect(await read(bytes)).toEqual([255, 0, 0, 255, 0, 0, 0, 0, 0, 255, 255, 0]);
    expect(await read(bytes, { layout: 'nhwc' })).toEqual([...red, ...blue, ...blue, ...red]);
  });

  it('subtracts the mean and divides by the deviation of each channel', async () => {
    const bytes = await png(1, 1, 3, [255, 51, 0]);
    const settings = { ...plain, resize: [1, 1], mean: [0.5, 0.2, 0], std: [0.5, 0.1, 2] } as const;
    const { values } = await readPixels(sharp, bytes, settings, true);
    expect(Array.from(values, (value) => Number(value.toFixed(4)))).toEqual([1, 0, 0]);
  });

  it('keeps the very values of a grey image', async () => {
    const grey = [0, 17, 128, 255];
    expect(await read(await png(2, 2, 1, grey), { channels: 1, mean: [0], std: [1] })).toEqual(grey);
  });

  it('makes three channels of a grey image and one of a coloured one, and drops transparency', async () => {
    expect(await read(await png(1, 1, 1, [40]), { resize: [1, 1] })).toEqual([40, 40, 40]);
    const white = await png(1, 1, 4, [255, 255, 255, 128]);
    expect(await read(white, { resize: [1, 1], channels: 1, mean: [0], std: [1] })).toEqual([255]);
    expect(await read(white, { resize: [1, 1] })).toEqual([255, 255, 255]);
  });

  it('scales the shorter side and cuts out the middle', async () => {
    const row = [...red, ...blue, ...blue, ...red];
    const bytes = await png(4, 2, 3, [...row, ...row]);
    const { values, width, height } = await readPixels(
      sharp,
      bytes,
      { ...plain, resize: 2, crop: [2, 2] },
      true,
    );
    expect([height, width]).toEqual([2, 2]);
    expect(Array.from(values)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1]);
  });

  it('frames an image that is smaller than the cut-out in black', async () => {
    const bytes = await png(1, 1, 3, [255, 255, 255]);
    const values = await read(bytes, { resize: [1, 1], crop: [3, 3] });
    expect(values.slice(0, 9)).toEqual([0, 0, 0, 0, 255, 0, 0, 0, 0]);
  });

  it('reads JPEG', async () => {
    const jpeg = await sharp({ create: { width: 16, height: 16, channels: 3, background: '#808080' } })
      .jpeg()
      .toBuffer();
    expect((await read(jpeg)).every((value) => Math.abs(value - 128) <= 1)).toBe(true);
  });

  it('refuses with 400 what is no image', async () => {
    for (const bytes of [Buffer.from('no image'), (await png(2, 2, 1, [1, 2, 3, 4])).subarray(0, 50)])
      await expect(read(bytes)).rejects.toMatchObject({
        errorCode: 400,
        message: expect.stringContaining('The image cannot be read'),
      });
  });
});
