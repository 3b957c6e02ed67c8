import { serveError } from '../../../core/errors.js';
import type { Context } from '../handler.js';
import { type OnnxModel, openModel, type Tensor, type TensorSignature } from './session.js';
import { HandlerSettings } from './settings.js';
import { type Encoder, readTokenizer } from './tokenize.js';

/** An output of the model for texts run together; `tokens` counts the real tokens of each text. */
export interface TextOutput {
  readonly data: Float32Array;
  readonly dims: readonly number[];
  readonly tokens: readonly number[];
}

/** What BERT-like models ask for. */
const KNOWN_INPUTS = ['input_ids', 'attention_mask', 'token_type_ids'];

/** A BERT-like model with its tokenizer: texts in, one output tensor out. */
export class TextModel {
  readonly #model: OnnxModel;
  readonly #encoder: Encoder;
  readonly #output: TensorSignature;

  /** `chooseOutput` names the output that the handler is about; `handler.output` of the configuration wins. */
  static async open(
    context: Context,
    handler: string,
    chooseOutput: (outputs: readonly TensorSignature[]) => TensorSignature | undefined,
  ): Promise<TextModel> {
    const settings = new HandlerSettings(context.modelYamlConfig);
    const encoder = await readTokenizer(context.systemProperties.model_dir, settings, handler);
    const model = await openModel(context, handler);
    checkInputs(model, handler);
    const named = settings.text('output');
    const output =
      named === undefined ? chooseOutput(model.outputs) : model.outputs.find(({ name }) => name === named);
    if (output?.type === 'float32') return new TextModel(model, encoder, output);
    const outputs = model.outputs
      .map(({ name, type, shape }) => `${name} ${type} [${shape.join(', ')}]`)
      .join('; ');
    throw serveError('MODEL_UNFIT', { handler, reason: `no fitting float32 output among ${outputs}` });
  }

  private constructor(model: OnnxModel, encoder: Encoder, output: TensorSignature) {
    this.#model = model;
    this.#encoder = encoder;
    this.#output = output;
  }

  /** Token numbers of one text. Throws a PredictionException (400) when it is too long. */
  encode(text: string): readonly number[] {
    return this.#encoder.encode(text);
  }

  /** Runs texts together, padded to the longest. */
  async run(texts: readonly (readonly number[])[]): Promise<TextOutput> {
    const length = texts.reduce((longest, ids) => Math.max(longest, ids.length), 1);
    const feeds: Record<string, Tensor> = {};
    for (const input of this.#model.inputs) {
      const values = pad(texts, length, input.name, this.#encoder.padId);
      feeds[input.name] = this.#tensor(input, values, [texts.length, length]);
    }
    const results = await this.#model.session.run(feeds, [this.#output.name]);
    const output = results[this.#output.name] as Tensor;
    return { data: output.data as Float32Array, dims: output.dims, tokens: texts.map((ids) => ids.length) };
  }

  #tensor(input: TensorSignature, values: Int32Array, dims: readonly number[]): Tensor {
    const { Tensor: Make } = this.#model.ort;
    if (input.type === 'int32') return new Make('int32', values, dims);
    const wide = new BigInt64Array(values.length);
    for (let at = 0; at < values.length; at += 1) wide[at] = BigInt(values[at] ?? 0);
    return new Make('int64', wide, dims);
  }
}

function pad(
  texts: readonly (readonly number[])[],
  length: number,
  input: string,
  padId: number,
): Int32Array {
  const values = new Int32Array(texts.length * length);
  // One text is one segment, so its type is 0 throughout, which the array is already.
  if (input === 'token_type_ids') return values;
  if (input === 'input_ids') values.fill(padId);
  texts.forEach((ids, row) => {
    if (input === 'input_ids') values.set(ids, row * length);
    else values.fill(1, row * length, row * length + ids.length);
  });
  return values;
}

function checkInputs({ inputs }: OnnxModel, handler: string): void {
  const strange = inputs.find(
    ({ name, type }) => !KNOWN_INPUTS.includes(name) || (type !== 'int64' && type !== 'int32'),
  );
  if (!strange && inputs.some(({ name }) => name === 'input_ids')) return;
  const reason = strange ? `it asks for ${strange.name} (${strange.type})` : 'it has no input input_ids';
  throw serveError('MODEL_UNFIT', { handler, reason });
}
