import { serveError } from '../../../core/errors.js';
import type { ModelVersion } from '../../../models/model-version.js';
import { registerModel } from '../../../models/register.js';
import type { Call, Reply } from '../../http/call.js';
import type { ApiServices } from '../../services.js';
import { statusReply } from './encode.js';
import { isOn, queryParameters, wholeNumber } from './query.js';

type Parameters = ReadonlyMap<string, string>;

/** `POST /models`: registers a model and starts its workers; by default it answers when they are ready. */
export async function register(call: Call, services: ApiServices): Promise<Reply> {
  const parameters = readParameters(call);
  const url = parameters.get('url');
  if (url === undefined) throw serveError('PARAMETER_REQUIRED', { name: 'url' });
  const { registry, models } = services;
  const version = await registerModel(
    { url, modelName: parameters.get('model_name'), parameters: registerParameters(parameters), by: 'api' },
    registry,
    models,
  );
  return start(version, isOn(parameters.get('synchronous'), true), services);
}

/** From the body when it is exactly JSON, else from the query. */
function readParameters({ contentType, body, query }: Call): Parameters {
  if (contentType !== 'application/json') return queryParameters(query);
  const fields = Object.entries(parseJson(body)).filter(([, value]) => value !== null);
  return new Map(fields.map(([name, value]) => [name, String(value)]));
}

function parseJson(body: Buffer): object {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (typeof value === 'object' && value !== null) return value;
  } catch (thrown) {
    throw serveError('JSON_UNPARSABLE', {
      reason: thrown instanceof Error ? thrown.message : String(thrown),
    });
  }
  throw serveError('JSON_UNPARSABLE', { reason: 'it is not an object' });
}

function registerParameters(parameters: Parameters) {
  return {
    handler: parameters.get('handler'),
    runtime: parameters.get('runtime'),
    batchSize: wholeNumber(parameters.get('batch_size')),
    maxBatchDelayMs: wholeNumber(parameters.get('max_batch_delay')),
    responseTimeoutSec: wholeNumber(parameters.get('response_timeout')),
    startupTimeoutSec: wholeNumber(parameters.get('startup_timeout')),
    initialWorkers: wholeNumber(parameters.get('initial_workers')),
  };
}

async function start(version: ModelVersion, synchronous: boolean, services: ApiServices): Promise<Reply> {
  const { minWorkers, maxWorkers } = version.settings;
  const registered = `Model "${version.name}" Version: ${version.version} registered with ${minWorkers} initial workers`;
  if (minWorkers === 0)
    return statusReply(`${registered}. Use scale workers API to add workers for the model.`);
  const scaled = version.scale(minWorkers, maxWorkers);
  if (!synchronous) {
    // The workers go on being tried; what goes wrong is in the log.
    scaled.catch((thrown) => services.models.log.error(`Model ${version.name}: ${String(thrown)}`));
    return statusReply('Processing worker updates...', 202);
  }
  try {
    await scaled;
  } catch (thrown) {
    await rollBack(version, services);
    throw thrown;
  }
  return statusReply(registered);
}

async function rollBack(version: ModelVersion, { registry, models }: ApiServices): Promise<void> {
  registry.discard(version);
  models.hub.emit('model.changed', {
    model: version.name,
    version: version.version,
    change: 'unregistered',
  });
  await version.close(0);
}
