import { integer, object, type Schema, text } from './schema.js';

const WORKER = object(
  {
    id: text('Worker id'),
    startTime: text('Worker start time'),
    gpu: { type: 'boolean', description: 'If running on GPU' },
    status: {
      type: 'string',
      description: 'Worker status',
      enum: ['READY', 'LOADING', 'UNLOADING'],
    },
  },
  ['gpu'],
);

/** The answer of `GET /models`. */
export const MODEL_LIST: Schema = object(
  {
    nextPageToken: text(
      'Use this parameter in a subsequent request after you receive a response with truncated results. ' +
        'Set it to the value of NextMarker from the truncated response you just received.',
    ),
    models: {
      type: 'array',
      description: 'A list of registered models.',
      items: object({ modelName: text('Name of the model.'), modelUrl: text('URL of the model.') }),
    },
  },
  ['nextPageToken'],
);

/** The answer of `GET /models/{model_name}`, as far as TorchServe's document describes it. */
export const MODEL_DESCRIPTION: Schema = object(
  {
    modelName: text('Name of the model.'),
    modelVersion: text('Version of the model.'),
    modelUrl: text('URL of the model.'),
    minWorkers: integer('Configured minimum number of worker.'),
    maxWorkers: integer('Configured maximum number of worker.'),
    batchSize: integer('Configured batch size.'),
    maxBatchDelay: integer('Configured maximum batch delay in ms.'),
    status: text('Overall health status of the model'),
    workers: { type: 'array', description: 'A list of active backend workers.', items: WORKER },
    metrics: object({
      rejectedRequests: integer('Number requests has been rejected in last 10 minutes.'),
      waitingQueueSize: integer('Number requests waiting in the queue.'),
      requests: integer('Number requests processed in last 10 minutes.'),
    }),
    jobQueueStatus: object({
      remainingCapacity: integer('Number of new requests that can be queued.'),
      pendingRequests: integer('Number of requests waiting in the queue.'),
    }),
  },
  ['batchSize', 'maxBatchDelay'],
);
