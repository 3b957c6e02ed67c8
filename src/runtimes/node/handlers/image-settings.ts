import { serveError } from '../../../core/errors.js';
import type { TensorSignature } from './session.js';
import type { HandlerSettings } from './settings.js';

/** How an image becomes a tensor. */
export interface ImageSettings {
  /** Length of the shorter side, or height and width whatever the proportions were. */
  readonly resize: number | readonly [height: number, width: number];
  /** Height and width cut out of the middle; undefined = nothing is cut. */
  readonly crop: readonly [height: number, width: number] | undefined;
  readonly channels: 1 | 3;
  /** Per channel, of values between 0 and 1. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** Where the channels are in the model's input. */
  readonly layout: 'nchw' | 'nhwc';
}

/** TorchServe's image handlers use these, which are ImageNet's. */
const MEAN = [0.485, 0.456, 0.406];
const STD = [0.229, 0.224, 0.225];
const SHORT_SIDE = 256;
const CROP = 224;

/**
 * Reads `resize`, `crop`, `channels`, `mean`, `std` and `layout` of the `handler:` section. What is not set follows from
 * the model's input, then from TorchServe's image handlers (shorter side 256, middle 224 x 224, ImageNet's mean and
 * deviation). Throws HANDLER_SETTING_INVALID, or MODEL_UNFIT if the input is not an image.
 */
export function imageSettings(settings: HandlerSettings, input: TensorSignature): ImageSettings {
  if (input.type !== 'float32' || input.shape.length !== 4)
    throw serveError('MODEL_UNFIT', {
      handler: 'image_classifier',
      reason: `its input ${input.name} is ${input.type} [${input.shape.join(', ')}], not float32 with 4 axes`,
    });
  const layout = settings.word('layout', ['nchw', 'nhwc'], isChannels(input.shape[3]) ? 'nhwc' : 'nchw');
  const [channelAxis, height, width] = layout === 'nchw' ? [1, 2, 3] : [3, 1, 2];
  const modelSize = sizeOf(input.shape[height ?? 2], input.shape[width ?? 3]);
  const fixed = input.shape[channelAxis ?? 1];
  const channels = settings.count('channels', isChannels(fixed) ? fixed : 3);
  if (!isChannels(channels))
    throw serveError('HANDLER_SETTING_INVALID', { key: 'channels', value: channels, expected: '1 or 3' });
  return {
    ...sizes(settings, modelSize),
    channels,
    layout,
    mean: perChannel(settings, 'mean', channels, MEAN),
    std: perChannel(settings, 'std', channels, STD),
  };
}

/** Height and width of the tensor that comes out; undefined when it depends on the image. */
export function outputSize({
  resize,
  crop,
}: ImageSettings): readonly [height: number, width: number] | undefined {
  return crop ?? (typeof resize === 'number' ? undefined : resize);
}

function sizes(
  settings: HandlerSettings,
  modelSize: readonly [number, number] | undefined,
): Pick<ImageSettings, 'resize' | 'crop'> {
  const crop = pair(settings.size('crop'));
  const resize = settings.size('resize');
  if (resize !== undefined)
    return { resize, crop: crop ?? (typeof resize === 'number' ? pair(resize) : undefined) };
  if (crop) return { resize: Math.round((Math.max(...crop) * SHORT_SIDE) / CROP), crop };
  const [height, width] = modelSize ?? [CROP, CROP];
  return { resize: Math.round((Math.max(height, width) * SHORT_SIDE) / CROP), crop: [height, width] };
}

function perChannel(
  settings: HandlerSettings,
  key: 'mean' | 'std',
  channels: number,
  otherwise: readonly number[],
): readonly number[] {
  const values = settings.numbers(key) ?? otherwise.slice(0, channels);
  if (values.length === channels && (key === 'mean' || !values.includes(0))) return values;
  const expected = `${channels} numbers${key === 'std' ? ', none of them 0' : ''}`;
  throw serveError('HANDLER_SETTING_INVALID', { key, value: JSON.stringify(values), expected });
}

function pair(size: number | readonly [number, number] | undefined): readonly [number, number] | undefined {
  return typeof size === 'number' ? [size, size] : size;
}

function sizeOf(
  height: number | string | undefined,
  width: number | string | undefined,
): readonly [number, number] | undefined {
  const known = typeof height === 'number' && typeof width === 'number' && height > 0 && width > 0;
  return known ? [height, width] : undefined;
}

function isChannels(size: number | string | undefined): size is 1 | 3 {
  return size === 1 || size === 3;
}
