import { COMMAND_LINE, errorRows } from './row.js';

/** What the inference and management APIs answer; statuses, types and messages are TorchServe's (rest-api, 2.1, 3.4, 4). */
export const servingErrors = errorRows({
  RESOURCE_NOT_FOUND: {
    status: 404,
    grpc: 'NOT_FOUND',
    type: 'ResourceNotFoundException',
    message: 'Requested resource is not found, please refer to API document.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    grpc: 'UNIMPLEMENTED',
    type: 'MethodNotAllowedException',
    message: 'Requested method is not allowed, please refer to API document.',
  },
  BAD_REQUEST: { status: 400, grpc: 'INVALID_ARGUMENT', type: 'BadRequestException', message: '{reason}' },
  PARAMETER_REQUIRED: {
    status: 400,
    grpc: 'INVALID_ARGUMENT',
    type: 'BadRequestException',
    message: 'Parameter {name} is required.',
  },
  HTTP_UNPARSABLE: {
    status: 400,
    grpc: 'INVALID_ARGUMENT',
    type: 'BadRequestException',
    message: 'Invalid HTTP message.',
  },
  HTTP_TOO_SLOW: {
    status: 408,
    grpc: 'DEADLINE_EXCEEDED',
    type: 'RequestTimeoutException',
    message: 'The request did not arrive in time.',
  },
  HTTP_HEAD_TOO_LARGE: {
    status: 431,
    grpc: 'INVALID_ARGUMENT',
    type: 'BadRequestException',
    message: 'The head of the request is too large.',
  },
  /** TorchServe names its JSON library's exception; clients see the type. */
  JSON_UNPARSABLE: {
    status: 500,
    grpc: 'INTERNAL',
    type: 'JsonSyntaxException',
    message: 'The body is not JSON: {reason}',
  },
  BAD_RUNTIME: {
    status: 400,
    grpc: 'INVALID_ARGUMENT',
    type: 'BadRequestException',
    message: 'Invalid RuntimeType value: {runtime}',
  },
  MAX_BELOW_MIN: {
    status: 400,
    grpc: 'INVALID_ARGUMENT',
    type: 'BadRequestException',
    message: 'max_worker cannot be less than min_worker.',
  },
  TOO_MANY_WORKERS: {
    status: 400,
    grpc: 'INVALID_ARGUMENT',
    type: 'BadRequestException',
    message: 'Model {model} cannot have {count} workers: max_workers_per_model is {limit}.',
    hint: 'Ask for fewer, or raise max_workers_per_model.',
  },
  MODEL_NOT_FOUND: {
    status: 404,
    grpc: 'NOT_FOUND',
    type: 'ModelNotFoundException',
    message: 'Model not found: {model}',
  },
  MODEL_VERSION_NOT_FOUND: {
    status: 404,
    grpc: 'NOT_FOUND',
    type: 'ModelVersionNotFoundException',
    message: 'Model version: {version} does not exist for model: {model}',
  },
  DEFAULT_VERSION_NOT_FOUND: {
    status: 404,
    grpc: 'NOT_FOUND',
    type: 'ModelVersionNotFoundException',
    message: 'Model version {version} does not exist for model {model}',
  },
  DEFAULT_VERSION_IN_USE: {
    status: 403,
    grpc: 'PERMISSION_DENIED',
    type: 'InvalidModelVersionException',
    message: 'Cannot remove default version for model {model}',
  },
  MODEL_ALREADY_REGISTERED: {
    status: 409,
    grpc: 'ALREADY_EXISTS',
    type: 'ConflictStatusException',
    message: 'Model version {version} is already registered for model {model}',
  },
  NO_WORKER: {
    status: 503,
    grpc: 'INTERNAL',
    type: 'ServiceUnavailableException',
    message:
      'Model "{name}" has no worker to serve inference request. Please use scale workers API to add workers. ' +
      'If this is a sequence inference, please check if it is closed, or expired; or exceeds maxSequenceJobQueueSize',
  },
  NO_DESCRIBE_WORKER: {
    status: 503,
    grpc: 'INTERNAL',
    type: 'ServiceUnavailableException',
    message:
      'Model "{name}" has no worker to serve describe request. Please use scale workers API to add workers.',
  },
  JOB_EXPIRED: {
    status: 408,
    grpc: 'DEADLINE_EXCEEDED',
    type: 'RequestTimeoutException',
    message: 'The request waited longer than its time limit of {limitMs} ms.',
  },
  SERVER_STOPPING: {
    status: 503,
    grpc: 'UNAVAILABLE',
    type: 'ServiceUnavailableException',
    message: 'The server is stopping.',
  },
  CLIENT_GONE: {
    status: 499,
    grpc: 'CANCELLED',
    type: 'ClientClosedRequest',
    message: 'The client closed the connection before it was answered.',
  },
  WORKER_DIED: { status: 500, grpc: 'INTERNAL', type: 'InternalServerException', message: 'Worker died.' },
  WORKER_OUT_OF_MEMORY: {
    status: 507,
    grpc: 'RESOURCE_EXHAUSTED',
    type: 'InternalServerException',
    message: 'Worker died.',
  },
  /** A worker's own status and words for one job; `status` is set per error. */
  HANDLER_FAILED: { status: 503, grpc: 'INTERNAL', type: 'InternalServerException', message: '{reason}' },
  WORKERS_FAILED: {
    status: 500,
    grpc: 'INTERNAL',
    type: 'InternalServerException',
    message: 'Failed to start workers for model {model} version: {version}',
  },
  UNREGISTER_TIMEOUT: {
    status: 408,
    grpc: 'DEADLINE_EXCEEDED',
    type: 'RequestTimeoutException',
    message: 'Timed out while cleaning resources: {model}',
  },
  MODEL_NAME_UNDEFINED: {
    status: 400,
    grpc: 'INVALID_ARGUMENT',
    type: 'InvalidModelException',
    message: 'Model name is not defined.',
    hint: 'Write modelName into the manifest of {url}, or name the model when it is registered.',
  },
  RUNTIME_UNDEFINED: {
    status: 400,
    grpc: 'INVALID_ARGUMENT',
    type: 'InvalidModelException',
    message: 'Runtime is not defined or invalid.',
    hint: 'The manifest names the runtime "{runtime}"; this version serves: {known}.',
  },
  RUNTIME_MISSING: {
    status: 400,
    grpc: 'FAILED_PRECONDITION',
    type: 'ModelException',
    message:
      'Model {model} needs a worker of the runtime "{runtime}", which is not part of this version. It serves: {known}.',
    hint: 'Archive the model as ONNX, or with a JavaScript handler and --runtime node.',
  },
  NOTHING_TO_SERVE: {
    ...COMMAND_LINE,
    message: 'There is nothing to serve.',
    hint: 'Name a model, as in "ts serve model.onnx", or a folder of archives with --model-store.',
  },
  MODEL_STORE_REQUIRED: {
    ...COMMAND_LINE,
    message: 'Missing mandatory parameter --model-store',
    hint: 'Name the folder of the archives, on the command line or as model_store in the configuration file.',
  },
  ADDRESS_IN_USE: {
    ...COMMAND_LINE,
    message: 'The {role} address {address} is in use{holder}.',
    hint: 'Stop what uses it, or choose another with --{flag} ({key}); port 0 takes a free one.',
  },
  ADDRESS_UNUSABLE: {
    ...COMMAND_LINE,
    message: 'The server cannot listen on the {role} address {address}: {reason}.',
    hint: 'Choose another with --{flag} ({key}).',
  },
  MODEL_NOT_STARTED: {
    ...COMMAND_LINE,
    message: 'Model {model} could not be started: {reason}',
    hint: 'logs/model_log.log below the working directory has what its workers printed.',
  },
  ALREADY_RUNNING: {
    ...COMMAND_LINE,
    message: 'TorchServe is already running, please use torchserve --stop to stop TorchServe.',
    hint: 'Its process is {pid}. "ts serve" without --start runs another server beside it, on addresses of its own.',
  },
  BACKGROUND_FAILED: {
    ...COMMAND_LINE,
    message: 'The server could not be started in the background: {reason}.',
    hint: 'Run it with --foreground to see what happens.',
  },
  FILE_NOT_FOUND: {
    ...COMMAND_LINE,
    message: '--{flag} file not found: {path}',
    hint: 'Correct the path, or leave the flag out.',
  },
  INTERNAL: { status: 500, grpc: 'INTERNAL', type: 'InternalServerException', message: '{reason}' },
});
