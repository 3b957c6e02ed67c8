import { serveError } from '../../../core/errors.js';
import type { Part } from '../../../core/inference.js';
import { joined } from '../../../core/pieces.js';
import type { Registry } from '../../../models/registry.js';
import type { Reply } from '../../http/call.js';
import type { Handle, Params, Route } from '../../http/router.js';
import { infer } from '../../infer.js';
import type { ApiServices } from '../../services.js';
import { type DecodeLimits, decode, readParts, type Target } from './decode.js';
import { encode, json } from './encode.js';
import { modelDocument } from './openapi/documents.js';
import { queryParameters } from './query.js';

/** What a path says; throws RESOURCE_NOT_FOUND when it names no model after all. */
type ReadTarget = (params: Params) => Target;

const NO_HEADERS = {};
const PREDICT = { url_path: '', explain: 'False' };
const EXPLAIN = { url_path: '', explain: 'True' };

/** Every path that predicts, in TorchServe's order of age; none looks at the method, but OPTIONS describes. */
export function predictRoutes(services: ApiServices): readonly Route[] {
  const { registry } = services;
  const limits: DecodeLimits = { maxParts: services.models.settings.maxFormParts };
  const route = (path: string, target: ReadTarget): Route => ({
    path,
    methods: { any: predict(registry, limits, target), OPTIONS: describe(registry, target) },
  });
  return [
    ...versioned('/predictions/:model', 'predict', PREDICT).map(({ path, target }) => route(path, target)),
    ...versioned('/explanations/:model', 'explain', EXPLAIN).map(({ path, target }) => route(path, target)),
    route('/v1/models/:model', kserveV1Target),
    route('/v2/models/:model/infer', (params) => kserveTarget(params, 'predict')),
    route('/v2/models/:model/explain', (params) => kserveTarget(params, 'explain')),
    route('/models/:model/invoke', olderTarget),
    route('/:model/predict', olderTarget),
    route('/:model/:version/predict', olderTarget),
    { path: '/invocations', methods: { any: invocations(registry, limits) } },
  ];
}

function predict(registry: Registry, limits: DecodeLimits, target: ReadTarget): Handle {
  return (call, params) => infer(call, decode(call, target(params), limits), registry, encode);
}

function describe(registry: Registry, target: ReadTarget): Handle {
  return (_, params) => {
    const { model, version } = target(params);
    registry.find(model, version);
    return json(modelDocument(model));
  };
}

/** With and without a version, and with more behind it, which the handler sees as `url_path`. */
function versioned(
  path: string,
  verb: 'predict' | 'explain',
  headers: Readonly<Record<string, string>>,
): readonly { path: string; target: ReadTarget }[] {
  return [
    { path, target: ({ model = '' }) => ({ model, verb, headers }) },
    { path: `${path}/:version`, target: ({ model = '', version }) => ({ model, version, verb, headers }) },
    {
      path: `${path}/:version/*`,
      target: ({ model = '', version, '*': rest = '' }) => ({
        model,
        version,
        verb,
        headers: { ...headers, url_path: rest },
      }),
    },
  ];
}

/** `model:predict` or `model:explain`. */
function kserveV1Target({ model: word = '' }: Params): Target {
  const [, model, verb] = /^(.*):(predict|explain)$/.exec(word) ?? [];
  if (model === undefined) throw serveError('RESOURCE_NOT_FOUND', {});
  return kserveTarget({ model }, verb === 'explain' ? 'explain' : 'predict');
}

function kserveTarget({ model = '' }: Params, verb: 'predict' | 'explain'): Target {
  return { model, verb, headers: { explain: verb === 'explain' ? 'True' : 'False' } };
}

function olderTarget({ model = '', version }: Params): Target {
  return { model, version, verb: 'predict', headers: NO_HEADERS, takesQuery: true };
}

/** SageMaker's path: the model is named by the query or by a part, or is the only one loaded at start. */
function invocations(registry: Registry, limits: DecodeLimits): Handle {
  return async (call): Promise<Reply> => {
    const model =
      queryParameters(call.query).get('model_name') ??
      namedByPart(await readParts(call, limits)) ??
      onlyStartupModel(registry);
    if (model === undefined) throw serveError('PARAMETER_REQUIRED', { name: 'model_name' });
    return infer(call, decode(call, olderTarget({ model }), limits), registry, encode);
  };
}

function namedByPart(parts: readonly Part[]): string | undefined {
  const named = parts.find(({ name }) => name === 'model_name');
  return named && joined(named.pieces).toString('utf8');
}

function onlyStartupModel({ startupNames }: Registry): string | undefined {
  return startupNames.size === 1 ? [...startupNames][0] : undefined;
}
