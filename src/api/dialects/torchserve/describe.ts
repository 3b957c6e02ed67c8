import { randomUUID } from 'node:crypto';
import type { InferenceRequest } from '../../../core/inference.js';
import { customizedMetadata, describeVersion } from '../../../models/describe.js';
import type { ModelVersion } from '../../../models/model-version.js';
import type { Call, Reply } from '../../http/call.js';
import type { Params } from '../../http/router.js';
import type { ApiServices } from '../../services.js';
import { json } from './encode.js';
import { isOn, queryParameters, wholeNumber } from './query.js';

const LARGEST_PAGE = 100;

/** `GET /models`: one page of names and URLs. */
export function listModels(call: Call, { registry }: ApiServices): Reply {
  const query = queryParameters(call.query);
  const asked = wholeNumber(query.get('limit')) ?? LARGEST_PAGE;
  const limit = asked < 0 || asked > LARGEST_PAGE ? LARGEST_PAGE : asked;
  const from = Math.max(0, wholeNumber(query.get('next_page_token')) ?? 0);
  const { models, nextIndex } = registry.page(from, limit);
  return json({
    nextPageToken: nextIndex === undefined ? undefined : String(nextIndex),
    models: models.map(({ name, url }) => ({ modelName: name, modelUrl: url })),
  });
}

/**
 * `GET /models/{model}[/{version}|/all]`: an array, with the handler's own words when `customized=true`, and with why
 * workers failed when `failure_details` is on or `failures=true`.
 */
export async function describeModel(call: Call, params: Params, services: ApiServices): Promise<Reply> {
  const { registry, measures, models } = services;
  const query = queryParameters(call.query);
  const { model = '', version } = params;
  const options = {
    measures,
    loadedAtStartup: registry.startupNames.has(model),
    withFailures: isOn(query.get('failures'), models.settings.failureDetails),
  };
  if (version === 'all') {
    const all = registry.versions(model).map((each) => describeVersion(each, options));
    return json(await Promise.all(all));
  }
  const found = registry.find(model, version);
  const customized = isOn(query.get('customized'), false)
    ? await askHandler(call, found, version)
    : undefined;
  return json([await describeVersion(found, { ...options, customized })]);
}

function askHandler(call: Call, found: ModelVersion, version: string | undefined): Promise<unknown> {
  const request: InferenceRequest = {
    id: randomUUID(),
    model: found.name,
    version,
    verb: 'describe',
    headers: { describe: 'True' },
    parts: [],
  };
  const job = found.admit(request);
  call.bind(job);
  return customizedMetadata(job);
}
