import type Sharp from 'sharp';
import { PredictionException } from '../prediction-exception.js';
import type { ImageSettings } from './image-settings.js';

export type SharpModule = typeof Sharp;
type Image = ReturnType<SharpModule>;

/** One image as the model wants it. */
export interface Pixels {
  readonly height: number;
  readonly width: number;
  /** Normalised, in the model's layout. */
  readonly values: Float32Array;
}

/** TorchServe's `limit_max_image_pixels`; the same bound as Pillow's, above which an image is taken for an attack. */
const MAX_PIXELS = 178_956_970;

/**
 * Decodes a PNG, JPEG, WebP, GIF or TIFF, resizes, cuts out the middle and normalises. Throws a PredictionException
 * (400) when the bytes are no image.
 */
export async function readPixels(
  sharp: SharpModule,
  bytes: Buffer,
  settings: ImageSettings,
  limited: boolean,
): Promise<Pixels> {
  try {
    const image = sharp(bytes, { limitInputPixels: limited ? MAX_PIXELS : false });
    const [resized, height, width] = await resize(image, settings);
    const coloured = settings.channels === 1 ? resized.greyscale() : resized.toColourspace('srgb');
    const pixels = await coloured.removeAlpha().raw().toBuffer();
    return { height, width, values: normalise(pixels, height * width, settings) };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PredictionException(`The image cannot be read: ${reason}`, 400);
  }
}

/** Height and width are counted here: sharp's own report leaves the frame out. */
async function resize(
  image: Image,
  { resize: size, crop }: ImageSettings,
): Promise<readonly [image: Image, height: number, width: number]> {
  const [tall, wide] = typeof size === 'number' ? await scaleShortSide(image, size) : size;
  const resized = image.resize(wide, tall, { fit: 'fill', kernel: 'linear' });
  return crop ? [cutMiddle(resized, tall, wide, crop), ...crop] : [resized, tall, wide];
}

async function scaleShortSide(image: Image, size: number): Promise<readonly [height: number, width: number]> {
  const { width, height } = await image.metadata();
  const factor = size / Math.min(height, width);
  return [Math.max(1, Math.round(height * factor)), Math.max(1, Math.round(width * factor))];
}

/** An image smaller than the cut-out is framed in black, as torchvision does. */
function cutMiddle(
  image: Image,
  tall: number,
  wide: number,
  [cropTall, cropWide]: readonly [height: number, width: number],
): Image {
  const [height, width] = [Math.min(tall, cropTall), Math.min(wide, cropWide)];
  const left = Math.round((wide - width) / 2);
  const middle = image.extract({ left, top: Math.round((tall - height) / 2), width, height });
  const [below, beside] = [cropTall - height, cropWide - width];
  if (below + beside === 0) return middle;
  return middle.extend({
    top: Math.floor(below / 2),
    bottom: Math.ceil(below / 2),
    left: Math.floor(beside / 2),
    right: Math.ceil(beside / 2),
    background: 'black',
  });
}

/** Interleaved bytes → (value / 255 - mean) / std per channel, interleaved or one plane per channel. */
function normalise(
  bytes: Buffer,
  count: number,
  { channels, mean, std, layout }: ImageSettings,
): Float32Array {
  const values = new Float32Array(count * channels);
  const found = bytes.length / count;
  for (let channel = 0; channel < channels; channel += 1) {
    const scale = 1 / (255 * (std[channel] ?? 1));
    const shift = (mean[channel] ?? 0) / (std[channel] ?? 1);
    const source = Math.min(channel, found - 1);
    for (let pixel = 0; pixel < count; pixel += 1) {
      const target = layout === 'nchw' ? channel * count + pixel : pixel * channels + channel;
      values[target] = (bytes[pixel * found + source] ?? 0) * scale - shift;
    }
  }
  return values;
}
