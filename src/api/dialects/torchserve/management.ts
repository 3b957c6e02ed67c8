import { serveError } from '../../../core/errors.js';
import { checkWorkerCounts } from '../../../models/worker-limit.js';
import type { Call, Reply } from '../../http/call.js';
import type { Handle, Params, Route } from '../../http/router.js';
import type { ApiServices } from '../../services.js';
import { describeModel, listModels } from './describe.js';
import { json, statusReply } from './encode.js';
import { managementDocument } from './openapi/documents.js';
import { isOn, queryParameters, wholeNumber } from './query.js';
import { register } from './register.js';

/** The calls that manage models. `enable_model_api` governs those that add and remove them. */
export function managementRoutes(services: ApiServices): readonly Route[] {
  const { enableModelApi } = services.models.settings;
  const withApi = (handle: Handle): Handle => (enableModelApi ? handle : refuse);
  const model: Route['methods'] = {
    GET: (call, params) => describeModel(call, params, services),
    PUT: (call, params) => scale(call, params, services),
    DELETE: withApi((_, params) => unregister(params, services)),
    OPTIONS: (_, params) => documentOf(params, services),
  };
  return [
    {
      path: '/models',
      methods: {
        GET: (call) => listModels(call, services),
        POST: withApi((call) => register(call, services)),
      },
    },
    { path: '/models/:model', methods: model },
    { path: '/models/:model/:version', methods: model },
    {
      path: '/models/:model/:version/set-default',
      methods: {
        PUT: (_, params) => setDefault(params, services),
        // TorchServe describes the default version here, whatever the path says.
        GET: (call, { model: name }) => describeModel(call, { model: name }, services),
      },
    },
    { path: '/v1/models/:model', methods: { GET: (_, params) => kserveReady(params, services) } },
  ];
}

function refuse(): Reply {
  throw serveError('METHOD_NOT_ALLOWED', {});
}

async function scale(call: Call, params: Params, { registry, models }: ApiServices): Promise<Reply> {
  const query = queryParameters(call.query);
  const name = params.model ?? '';
  const asked = params.version ?? query.get('model_version');
  const version = registry.find(name, asked);
  const minWorkers = Math.max(0, wholeNumber(query.get('min_worker')) ?? 1);
  const maxWorkers = wholeNumber(query.get('max_worker')) ?? minWorkers;
  if (maxWorkers < minWorkers) throw serveError('MAX_BELOW_MIN', {});
  checkWorkerCounts(name, { minWorkers, maxWorkers }, models.settings);
  const scaled = version.scale(minWorkers, maxWorkers);
  if (!isOn(query.get('synchronous'), false)) {
    scaled.catch((thrown) => models.log.error(`Scaling model ${name} failed: ${reasonOf(thrown)}`));
    return statusReply('Processing worker updates...', 202);
  }
  await scaled;
  const which = asked === undefined ? '' : `, version: ${asked}`;
  return statusReply(`Workers scaled to ${minWorkers} for model: ${name}${which}`);
}

async function unregister(params: Params, { registry, models }: ApiServices): Promise<Reply> {
  const name = params.model ?? '';
  const version = registry.remove(name, params.version);
  const { unregisterModelTimeout, drainTimeout } = models.settings;
  models.hub.emit('model.changed', { model: name, version: version.version, change: 'unregistered' });
  await version.closeWithin(unregisterModelTimeout * 1000, drainTimeout * 1000);
  return statusReply(`Model "${name}" unregistered`);
}

function setDefault(params: Params, { registry, models }: ApiServices): Reply {
  const { model = '', version = '' } = params;
  registry.setDefault(model, version);
  models.hub.emit('model.changed', { model, version, change: 'default-set' });
  return statusReply(`Default version successfully updated for model "${model}" to "${version}"`);
}

function documentOf({ model = '', version }: Params, { registry }: ApiServices): Reply {
  registry.find(model, version);
  return json(managementDocument(model));
}

/** KServe's readiness; a suffix such as `:predict` is cut off, as TorchServe does. */
function kserveReady({ model = '' }: Params, { registry }: ApiServices): Reply {
  const name = model.replace(/:.*$/, '');
  return json({ name, ready: registry.find(name).group.workers.length > 0 });
}

function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown.cause instanceof Error ? `${thrown.message}: ${thrown.cause.message}` : thrown.message;
}
