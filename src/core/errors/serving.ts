import { errorRows } from './row.js';

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
  INTERNAL: { status: 500, grpc: 'INTERNAL', type: 'InternalServerException', message: '{reason}' },
});
