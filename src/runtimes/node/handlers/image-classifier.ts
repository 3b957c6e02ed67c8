import { serveError } from '../../../core/errors.js';
import type { Context, Handler, Outputs, RequestData } from '../handler.js';
import { isPredictionException, PredictionException } from '../prediction-exception.js';
import { type Pixels, readPixels, type SharpModule } from './image-pixels.js';
import { type ImageSettings, imageSettings, outputSize } from './image-settings.js';
import { type Labels, readLabels } from './labels.js';
import { requireOptional } from './optional-package.js';
import { rankedJson, softmax } from './ranking.js';
import { type OnnxModel, openModel, type TensorSignature } from './session.js';
import { HandlerSettings } from './settings.js';

interface Loaded {
  readonly model: OnnxModel;
  readonly input: TensorSignature;
  readonly sharp: SharpModule;
  readonly settings: ImageSettings;
  readonly labels: Labels;
  readonly topK: number;
  readonly softmax: boolean;
  readonly limited: boolean;
}

type Prepared = Pixels | PredictionException;
type Scores = readonly number[] | PredictionException;

const NAME = 'image_classifier';

/**
 * PNG or JPEG → the best classes with their chances, like TorchServe's handler of this name. A request whose image
 * cannot be read fails alone, with status 400; the others of the batch run together.
 */
export class ImageClassifier implements Handler<readonly Prepared[], readonly Scores[]> {
  #found: Loaded | undefined;

  async initialize(context: Context): Promise<void> {
    const given = new HandlerSettings(context.modelYamlConfig);
    const model = await openModel(context, NAME);
    const [input, ...more] = model.inputs;
    if (!input || more.length > 0)
      throw serveError('MODEL_UNFIT', {
        handler: NAME,
        reason: `it has ${model.inputs.length} inputs, not one`,
      });
    const sharp = requireOptional<SharpModule>('sharp', NAME);
    sharp.concurrency(context.systemProperties.threads);
    this.#found = {
      model,
      input,
      sharp,
      settings: imageSettings(given, input),
      labels: readLabels(context.systemProperties.model_dir),
      topK: given.count('topK', 5),
      softmax: given.flag('softmax', true),
      limited: context.systemProperties.limit_max_image_pixels,
    };
  }

  async preprocess(data: readonly RequestData[]): Promise<readonly Prepared[]> {
    return Promise.all(data.map((request) => this.#read(request)));
  }

  /** Images of one size run together, whichever places they have in the batch. */
  async inference(prepared: readonly Prepared[]): Promise<readonly Scores[]> {
    const scores: Scores[] = prepared.map((each) => (isPredictionException(each) ? each : []));
    for (const members of groupBySize(prepared, this.#loaded.input)) {
      const rows = await this.#run(members.map(({ pixels }) => pixels));
      members.forEach(({ idx }, at) => {
        scores[idx] = rows[at] ?? [];
      });
    }
    return scores;
  }

  postprocess(scores: readonly Scores[], context: Context): Outputs {
    const { labels, topK, softmax: wanted } = this.#loaded;
    return scores.map((row, idx) => {
      if (isPredictionException(row)) return row;
      context.setResponseContentType(idx, 'application/json');
      return rankedJson(wanted ? softmax(row) : row, labels, topK);
    });
  }

  async #read(request: RequestData): Promise<Prepared> {
    const { sharp, settings, limited } = this.#loaded;
    try {
      const value = request.data ?? request.body;
      if (Array.isArray(value)) return readValues(value, settings);
      return await readPixels(sharp, toBytes(value), settings, limited);
    } catch (thrown) {
      if (isPredictionException(thrown)) return thrown;
      throw thrown;
    }
  }

  async #run(images: readonly Pixels[]): Promise<readonly (readonly number[])[]> {
    const { model, input, settings } = this.#loaded;
    const [{ height, width } = { height: 0, width: 0 }] = images;
    const size = height * width * settings.channels;
    const values = new Float32Array(size * images.length);
    images.forEach((image, at) => {
      values.set(image.values, at * size);
    });
    const axes =
      settings.layout === 'nchw' ? [settings.channels, height, width] : [height, width, settings.channels];
    const tensor = new model.ort.Tensor('float32', values, [images.length, ...axes]);
    const results = await model.session.run({ [input.name]: tensor });
    const scores = results[model.outputs[0]?.name ?? '']?.data as Float32Array;
    const classes = scores.length / images.length;
    return images.map((_, at) => Array.from(scores.subarray(at * classes, (at + 1) * classes)));
  }

  get #loaded(): Loaded {
    if (!this.#found) throw new Error('initialize() has not been called');
    return this.#found;
  }
}

interface Member {
  readonly idx: number;
  readonly pixels: Pixels;
}

/** Groups of one if the model takes one image at a time. */
function groupBySize(prepared: readonly Prepared[], input: TensorSignature): readonly Member[][] {
  const single = typeof input.shape[0] === 'number' && input.shape[0] > 0;
  const groups = new Map<string, Member[]>();
  prepared.forEach((pixels, idx) => {
    if (isPredictionException(pixels)) return;
    const key = single ? String(idx) : `${pixels.height}x${pixels.width}`;
    const group = groups.get(key);
    if (group) group.push({ idx, pixels });
    else groups.set(key, [{ idx, pixels }]);
  });
  return [...groups.values()];
}

/** Bytes as they came, or base64 text, as TorchServe's vision handlers take it. */
function toBytes(value: unknown): Buffer {
  if (Buffer.isBuffer(value) && value.length > 0) return value;
  if (typeof value === 'string' && value !== '') return Buffer.from(value, 'base64');
  throw new PredictionException(
    'The request holds no image: send its bytes as the body or as the part "data".',
    400,
  );
}

/** A JSON list is taken for the finished tensor, as in TorchServe. */
function readValues(list: readonly unknown[], settings: ImageSettings): Pixels {
  const size = outputSize(settings);
  const flat = list.flat(3);
  const count = size ? size[0] * size[1] * settings.channels : 0;
  if (!size || flat.length !== count || !flat.every((value) => typeof value === 'number'))
    throw new PredictionException(`A list must hold the ${count} numbers of one image.`, 400);
  return { height: size[0], width: size[1], values: Float32Array.from(flat) };
}
