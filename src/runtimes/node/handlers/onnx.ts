import type { Context, Handler, Outputs, RequestData } from '../handler.js';
import { isPredictionException, PredictionException } from '../prediction-exception.js';
import { canJoin, joinRequests, splitOutputs } from './join-requests.js';
import { type NamedTensor, type ReadInputs, readInputs } from './named-tensors.js';
import { refuseEmpty } from './refuse-empty.js';
import { type OnnxModel, openModel, type Tensor } from './session.js';
import { HandlerSettings } from './settings.js';
import { writeOutputs } from './write-tensors.js';

type Prepared = ReadInputs | PredictionException;

/** Any ONNX model by named tensors in JSON. A request that does not fit fails alone, with status 400. */
export class OnnxHandler implements Handler<readonly Prepared[], Outputs> {
  #model: OnnxModel | undefined;
  #joinable = false;

  async initialize(context: Context): Promise<void> {
    const model = await openModel(context, 'onnx');
    const settings = new HandlerSettings(context.modelYamlConfig);
    this.#model = model;
    this.#joinable = settings.has('joinRequests')
      ? settings.flag('joinRequests', false)
      : canJoin(model.inputs, model.outputs);
  }

  preprocess(data: readonly RequestData[]): readonly Prepared[] {
    const { inputs } = this.#loaded;
    return data.map((request) => {
      try {
        return readInputs(bodyOf(request), inputs);
      } catch (thrown) {
        if (isPredictionException(thrown)) return thrown;
        throw thrown;
      }
    });
  }

  async inference(prepared: readonly Prepared[], context: Context): Promise<Outputs> {
    const answers: unknown[] = [...prepared];
    const requests = prepared.map((each) => (isPredictionException(each) ? undefined : each.tensors));
    for (const { members, rows, tensors } of joinRequests(requests, this.#joinable)) {
      const outputs = splitOutputs(await this.#run(tensors), rows);
      members.forEach((idx, at) => {
        const request = prepared[idx];
        if (!request || isPredictionException(request)) return;
        answers[idx] = writeOutputs(outputs[at] ?? [], request.spelling);
        context.setResponseContentType(idx, 'application/json');
      });
    }
    return answers;
  }

  /** The model's own signature. */
  describeHandle(): unknown {
    const { inputs, outputs } = this.#loaded;
    return { inputs, outputs };
  }

  async #run(tensors: readonly NamedTensor[]): Promise<readonly NamedTensor[]> {
    const { ort, session, outputs } = this.#loaded;
    const feeds = Object.fromEntries(
      tensors.map(({ name, type, data, dims }) => [
        name,
        new ort.Tensor(type, data as Float32Array, dims) as Tensor,
      ]),
    );
    const results = await session.run(feeds);
    return outputs.map(({ name }) => {
      const tensor = results[name] as Tensor;
      return { name, type: tensor.type, dims: tensor.dims, data: tensor.data };
    });
  }

  get #loaded(): OnnxModel {
    if (!this.#model) throw new Error('initialize() has not been called');
    return this.#model;
  }
}

/** The body, or the parts of a form as one object: a part per input. */
function bodyOf(request: RequestData): unknown {
  refuseEmpty(request);
  if (Object.hasOwn(request, 'body')) return toJson(request.body, 'The body');
  if (Object.hasOwn(request, 'data')) return toJson(request.data, 'Part "data"');
  return Object.fromEntries(
    Object.entries(request).map(([name, value]) => [name, toJson(value, `Part "${name}"`)]),
  );
}

/** Clients often send JSON without saying so. */
function toJson(value: unknown, what: string): unknown {
  if (typeof value !== 'string' && !Buffer.isBuffer(value)) return value;
  try {
    return JSON.parse(value.toString());
  } catch {
    throw new PredictionException(`${what} is not JSON.`, 400);
  }
}
