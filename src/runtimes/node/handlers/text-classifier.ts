import type { Context, Handler, Outputs, RequestData } from '../handler.js';
import { isPredictionException } from '../prediction-exception.js';
import { type Labels, readLabels } from './labels.js';
import { rankedJson, softmax } from './ranking.js';
import { encodeRequests, type PreparedTexts, runTexts } from './run-texts.js';
import { HandlerSettings } from './settings.js';
import { TextModel, type TextOutput } from './text-model.js';

const NAME = 'text_classifier';

interface Loaded {
  readonly model: TextModel;
  readonly labels: Labels;
  readonly topK: number;
  readonly maxTexts: number;
}

/** Text → every class with its chance, best first; a list of texts → a list of these. */
export class TextClassifier implements Handler<readonly PreparedTexts[], Outputs> {
  #found: Loaded | undefined;

  async initialize(context: Context): Promise<void> {
    const settings = new HandlerSettings(context.modelYamlConfig);
    this.#found = {
      model: await TextModel.open(context, NAME, (outputs) =>
        outputs.find(({ name, shape }) => name === 'logits' || shape.length === 2),
      ),
      labels: readLabels(context.systemProperties.model_dir),
      topK: settings.count('topK', Number.MAX_SAFE_INTEGER),
      maxTexts: settings.count('maxTexts', 256),
    };
  }

  preprocess(data: readonly RequestData[]): readonly PreparedTexts[] {
    const { model, maxTexts } = this.#loaded;
    return encodeRequests(model, data, maxTexts);
  }

  async inference(prepared: readonly PreparedTexts[], context: Context): Promise<Outputs> {
    const { model, labels, topK } = this.#loaded;
    const answers = await runTexts(model, prepared, (output) =>
      rowsOf(output).map((scores) => rankedJson(softmax(scores), labels, topK)),
    );
    return answers.map((rows, idx) => {
      const request = prepared[idx];
      if (!request || isPredictionException(rows) || isPredictionException(request)) return rows;
      context.setResponseContentType(idx, 'application/json');
      return request.list ? `[\n${rows.join(',\n')}\n]` : rows[0];
    });
  }

  get #loaded(): Loaded {
    if (!this.#found) throw new Error('initialize() has not been called');
    return this.#found;
  }
}

function rowsOf({ data, tokens }: TextOutput): readonly Float32Array[] {
  const width = data.length / tokens.length;
  return tokens.map((_, row) => data.subarray(row * width, (row + 1) * width));
}
