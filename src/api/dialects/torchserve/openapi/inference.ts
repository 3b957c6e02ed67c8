import {
  ANYTHING,
  errors,
  jsonResponse,
  type Operation,
  object,
  type Paths,
  pathParameter,
  text,
} from './schema.js';

const MODEL = pathParameter('model_name', 'Name of model.');
const VERSION = pathParameter('model_version', 'Name of model version.');

const PING: Operation = {
  operationId: 'ping',
  description: 'Get TorchServe status.',
  parameters: [],
  responses: {
    200: jsonResponse('TorchServe status', object({ status: text('Overall status of the TorchServe.') })),
    ...errors(),
  },
};

const PREDICT: Operation = {
  operationId: 'predictions',
  description: 'Predictions entry point to get inference using default model version.',
  parameters: [MODEL],
  requestBody: {
    required: true,
    description: 'Input data format is defined by each model.',
    content: ANYTHING,
  },
  responses: {
    200: { description: 'Output data format is defined by each model.', content: ANYTHING },
    ...errors({
      404: 'Model not found or Model Version not found',
      503: 'No worker is available to serve request',
    }),
  },
};

const PREDICT_VERSION: Operation = {
  ...PREDICT,
  operationId: 'version_predictions',
  description: 'Predictions entry point to get inference using specific model version.',
  parameters: [MODEL, VERSION],
};

/** What the inference listener offers. */
export const INFERENCE_PATHS: Paths = {
  '/ping': { get: PING },
  '/v1/models/{model_name}:predict': { post: PREDICT },
  '/v2/models/{model_name}/infer': { post: PREDICT },
  '/predictions/{model_name}': { post: PREDICT },
  '/predictions/{model_name}/{model_version}': { post: PREDICT_VERSION },
};

/** What one model offers, under TorchServe's names for the paths. */
export function modelPaths(model: string): Paths {
  const predict: Operation = {
    operationId: model,
    description: `A predict entry point for model: ${model}.`,
    parameters: [],
    responses: { 200: { description: 'OK' }, ...errors() },
  };
  return {
    [`/prediction/${model}`]: { post: predict },
    '/v1/models/{model_name}:predict': { post: predict },
    '/v2/models/{model_name}/infer': { post: predict },
  };
}
