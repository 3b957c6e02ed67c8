import { MODEL_DESCRIPTION, MODEL_LIST } from './models.js';
import {
  errors,
  jsonResponse,
  type Operation,
  type Parameter,
  type Paths,
  pathParameter,
  queryParameter,
  type Schema,
  statuses,
} from './schema.js';

const NOT_FOUND = 'Model not found or Model version not found';
const WAIT =
  'Waiting up to the specified wait time if necessary for a worker to complete all pending requests. ' +
  'Use 0 to terminate backend worker process immediately. Use -1 for wait infinitely.';

const string: Schema = { type: 'string' };
const integer = (fallback: string): Schema => ({ type: 'integer', default: fallback });
const boolean = (fallback: string): Schema => ({ type: 'boolean', default: fallback });

const SYNCHRONOUS = queryParameter(
  'synchronous',
  'Decides whether the call is synchronous or not, default: false.',
  boolean('false'),
);
const TIMEOUT = queryParameter('timeout', WAIT, integer('-1'));

const LIST: Operation = {
  operationId: 'listModels',
  description: 'List registered models in TorchServe.',
  parameters: [
    queryParameter(
      'limit',
      'Use this parameter to specify the maximum number of items to return. When this value is present, TorchServe ' +
        'does not return more than the specified number of items, but it might return fewer. This value is optional. ' +
        'If you include a value, it must be between 1 and 1000, inclusive. If you do not include a value, it defaults to 100.',
      integer('100'),
    ),
    queryParameter(
      'next_page_token',
      'The token to retrieve the next set of results. TorchServe provides the token when the response from a previous ' +
        'call has more results than the maximum page size.',
      string,
    ),
  ],
  responses: { 200: jsonResponse('OK', MODEL_LIST), ...errors() },
};

const REGISTER_PARAMETERS: readonly Parameter[] = [
  {
    ...queryParameter(
      'url',
      'Model archive download url, support local file or HTTP(s) protocol. For S3, consider use pre-signed url.',
      string,
    ),
    required: true,
  },
  queryParameter(
    'model_name',
    'Name of model. This value will override modelName in MANIFEST.json if present.',
    string,
  ),
  queryParameter(
    'handler',
    'Inference handler entry-point. This value will override handler in MANIFEST.json if present.',
    string,
  ),
  queryParameter(
    'runtime',
    'Runtime for the model custom service code. This value will override runtime in MANIFEST.json if present.',
    { type: 'string', enum: ['PYTHON', 'PYTHON3', 'LSP'] },
  ),
  queryParameter('batch_size', 'Inference batch size, default: 1.', integer('1')),
  queryParameter('max_batch_delay', 'Maximum delay for batch aggregation, default: 100.', integer('100')),
  queryParameter(
    'response_timeout',
    'Maximum time, in seconds, the TorchServe waits for a response from the model inference code, default: 120.',
    // TorchServe's own slip, kept because clients are generated from this document.
    integer('2'),
  ),
  queryParameter(
    'startup_timeout',
    'Maximum time, in seconds, the TorchServe waits for the model to startup/initialize, default: 120.',
    integer('120'),
  ),
  queryParameter('initial_workers', 'Number of initial workers, default: 0.', integer('0')),
  queryParameter(
    'synchronous',
    'Decides whether creation of worker synchronous or not, default: false.',
    boolean('false'),
  ),
  queryParameter(
    's3_sse_kms',
    'Model mar file is S3 SSE KMS(server side encryption) enabled or not, default: false.',
    boolean('false'),
  ),
];

const REGISTER: Operation = {
  operationId: 'registerModel',
  description: 'Register a new model in TorchServe.',
  parameters: REGISTER_PARAMETERS,
  responses: {
    ...statuses({ 200: 'Model registered', 202: 'Accepted', 210: 'Partial Success' }),
    ...errors({ 400: 'Bad request', 404: 'Model not found', 409: 'Model already registered' }),
  },
};

const UNREGISTER_RESPONSES = {
  ...statuses({ 200: 'Model unregistered', 202: 'Accepted' }),
  ...errors({ 404: NOT_FOUND, 408: 'Request Timeout Error' }),
};
const DESCRIBE_RESPONSES = { 200: jsonResponse('OK', MODEL_DESCRIPTION), ...errors({ 404: NOT_FOUND }) };
const SCALE_RESPONSES = {
  ...statuses({ 200: 'Model workers updated', 202: 'Accepted', 210: 'Partial Success' }),
  ...errors({ 400: 'Bad request', 404: NOT_FOUND }),
};

/** Path parameters of an operation on the default version, or on a named one. */
function which(purpose: string, versioned: boolean): readonly Parameter[] {
  const model = pathParameter('model_name', `Name of model to ${purpose}.`);
  return versioned ? [model, pathParameter('model_version', `Version of model to ${purpose}.`)] : [model];
}

function modelOperations(versioned: boolean): Readonly<Record<string, Operation>> {
  const prefix = versioned ? 'version_' : '';
  return {
    get: {
      operationId: `${prefix}describeModel`,
      description: versioned
        ? 'Provides detailed information about the specified version of a model.If "all" is specified as version, ' +
          'returns the details about all the versions of the model.'
        : 'Provides detailed information about the default version of a model.',
      parameters: which('describe', versioned),
      responses: DESCRIBE_RESPONSES,
    },
    put: {
      operationId: `${prefix}setAutoScale`,
      description:
        `Configure number of workers for a ${versioned ? 'specified' : 'default'} version of a model. ` +
        'This is an asynchronous call by default. ' +
        'Caller need to call describeModel to check if the model workers has been changed.',
      parameters: [...which('scale workers', versioned), ...SCALE_PARAMETERS],
      responses: SCALE_RESPONSES,
    },
    delete: {
      operationId: `${prefix}unregisterModel`,
      description: versioned
        ? 'Unregister the specified version of a model from TorchServe. This is an asynchronous call by default. ' +
          'Caller can call listModels to confirm model is unregistered'
        : 'Unregister the default version of a model from TorchServe if it is the only version available. ' +
          'This is an asynchronous call by default. Caller can call listModels to confirm model is unregistered.',
      parameters: [...which('unregister', versioned), SYNCHRONOUS, TIMEOUT],
      responses: UNREGISTER_RESPONSES,
    },
  };
}

const SCALE_PARAMETERS: readonly Parameter[] = [
  queryParameter('min_worker', 'Minimum number of worker processes.', integer('1')),
  queryParameter('max_worker', 'Maximum number of worker processes.', integer('1')),
  queryParameter('number_gpu', 'Number of GPU worker processes to create.', integer('0')),
  SYNCHRONOUS,
  TIMEOUT,
];

const SET_DEFAULT: Operation = {
  operationId: 'setDefault',
  description: 'Set default version of a model',
  parameters: [
    pathParameter('model_name', 'Name of model whose default version needs to be updated.'),
    pathParameter('model_version', 'Version of model to be set as default version for the model'),
  ],
  responses: {
    ...statuses({ 200: 'Default version successfully updated for model' }),
    ...errors({ 404: NOT_FOUND }),
  },
};

/** What can be done with one model. */
export const MODEL_PATHS: Paths = {
  '/models/{model_name}': modelOperations(false),
  '/models/{model_name}/{model_version}': modelOperations(true),
  '/models/{model_name}/{model_version}/set-default': { put: SET_DEFAULT },
};

/** What the management listener offers. */
export const MANAGEMENT_PATHS: Paths = { '/models': { get: LIST, post: REGISTER }, ...MODEL_PATHS };
