import type { Context, Handler, Outputs, RequestData } from '../handler.js';
import { isPredictionException } from '../prediction-exception.js';
import { type PoolSettings, poolRows } from './pool-rows.js';
import { encodeRequests, type PreparedTexts, runTexts } from './run-texts.js';
import type { TensorSignature } from './session.js';
import { HandlerSettings } from './settings.js';
import { TextModel } from './text-model.js';

const NAME = 'text_embedding';

interface Loaded {
  readonly model: TextModel;
  readonly pool: PoolSettings;
  readonly maxTexts: number;
}

/** Text → its vector; a list of texts → a list of vectors. */
export class TextEmbedding implements Handler<readonly PreparedTexts[], Outputs> {
  #found: Loaded | undefined;

  async initialize(context: Context): Promise<void> {
    const settings = new HandlerSettings(context.modelYamlConfig);
    this.#found = {
      model: await TextModel.open(context, NAME, chooseOutput),
      pool: {
        pooling: settings.word('pooling', ['mean', 'cls'], 'mean'),
        normalise: settings.flag('normalize', true),
      },
      maxTexts: settings.count('maxTexts', 256),
    };
  }

  preprocess(data: readonly RequestData[]): readonly PreparedTexts[] {
    const { model, maxTexts } = this.#loaded;
    return encodeRequests(model, data, maxTexts);
  }

  async inference(prepared: readonly PreparedTexts[], context: Context): Promise<Outputs> {
    const { model, pool } = this.#loaded;
    const answers = await runTexts(model, prepared, (output) => poolRows(output, pool));
    return answers.map((rows, idx) => {
      const request = prepared[idx];
      if (!request || isPredictionException(rows) || isPredictionException(request)) return rows;
      context.setResponseContentType(idx, 'application/json');
      return JSON.stringify(request.list ? rows : rows[0]);
    });
  }

  get #loaded(): Loaded {
    if (!this.#found) throw new Error('initialize() has not been called');
    return this.#found;
  }
}

/** An output that is pooled already is taken as it is; else the tokens' vectors. */
function chooseOutput(outputs: readonly TensorSignature[]): TensorSignature | undefined {
  const names = ['sentence_embedding', 'last_hidden_state', 'token_embeddings'];
  const named = names.map((name) => outputs.find((output) => output.name === name)).find(Boolean);
  return named ?? outputs.find(({ shape }) => shape.length === 3);
}
