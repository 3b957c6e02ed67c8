import type { Role } from '../../dialect.js';
import { INFERENCE_PATHS, modelPaths } from './inference.js';
import { MANAGEMENT_PATHS, MODEL_PATHS } from './management.js';
import { errors, jsonResponse, type Operation, object, type Paths, queryParameter, text } from './schema.js';

/** The release of TorchServe whose API this is; clients that are generated from the documents expect it. */
export const API_VERSION = '0.12.0';

interface Document {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly description?: string };
  readonly paths: Paths;
}

const DESCRIPTOR = jsonResponse(
  'A openapi 3.0.1 descriptor',
  object({ openapi: { type: 'string' }, info: { type: 'object' }, paths: { type: 'object' } }),
);

const DESCRIBE: Operation = {
  operationId: 'apiDescription',
  description: 'Get openapi description.',
  parameters: [],
  responses: { 200: DESCRIPTOR, ...errors() },
};

const METRICS: Operation = {
  operationId: 'metrics',
  description: 'Get TorchServe application metrics in prometheus format.',
  parameters: [queryParameter('name[]', 'Names of metrics to filter', { type: 'string' })],
  responses: {
    200: {
      description: 'TorchServe application metrics',
      content: {
        'text/plain; version=0.0.4; charset=utf-8': {
          schema: object({
            '# HELP': text('Help text for TorchServe metric.'),
            '# TYPE': text('Type of TorchServe metric.'),
            metric: text('TorchServe application metric.'),
          }),
        },
      },
    },
    ...errors(),
  },
};

/** What a listener offers. */
export function listenerDocument(role: Role): Document {
  return documentOf(
    {
      title: 'TorchServe APIs',
      version: API_VERSION,
      description: 'TorchServe is a flexible and easy to use tool for serving deep learning models',
    },
    { ...listenerPaths(role), '/metrics': { get: METRICS } },
  );
}

/** What can be asked of one model. */
export function modelDocument(model: string): Document {
  return documentOf({ title: `RESTful API for: ${model}`, version: '1.0.0' }, modelPaths(model));
}

/** How one model is managed. */
export function managementDocument(model: string): Document {
  return documentOf({ title: `RESTful Management API for: ${model}`, version: API_VERSION }, MODEL_PATHS);
}

function listenerPaths(role: Role): Paths {
  if (role === 'metrics') return {};
  return {
    '/': { options: DESCRIBE },
    ...(role === 'inference' ? INFERENCE_PATHS : MANAGEMENT_PATHS),
    '/api-description': { get: { ...DESCRIBE, operationId: 'api-description', deprecated: true } },
  };
}

function documentOf(info: Document['info'], paths: Paths): Document {
  return { openapi: '3.0.1', info, paths };
}
