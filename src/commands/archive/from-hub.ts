import type { CompletedRequest, ModelArguments } from '../../archive/request.js';
import { completeFromSnapshot } from '../../archive/snapshot-request.js';
import { type FetchOptions, fetchSnapshot } from '../download/fetch.js';
import { splitPatterns } from '../download/patterns.js';

/** Where a model comes from when it is not in the folder the command runs in; the flags of `ts archive --from`. */
export interface HubSource {
  /** `org/name`. */
  readonly from: string;
  readonly revision: string | undefined;
  readonly include: readonly string[] | undefined;
  readonly exclude: readonly string[] | undefined;
}

const MAX_WORKERS = 8;

/** Brings a snapshot into the cache and makes a request of it. Throws what both throw. */
export async function requestFromHub(
  args: ModelArguments,
  { from, revision = 'main', include, exclude }: HubSource,
  { silent }: Pick<FetchOptions, 'silent'>,
): Promise<CompletedRequest> {
  const patterns = { include: splitPatterns(include), exclude: splitPatterns(exclude) };
  const request = { repo: from, type: 'model', revision, ...patterns, force: false } as const;
  const { snapshot } = await fetchSnapshot(request, { maxWorkers: MAX_WORKERS, silent });
  return completeFromSnapshot(args, {
    folder: snapshot.folder,
    paths: snapshot.files.map(({ path }) => path),
  });
}
