import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { WorkerContext } from '../../../src/runtimes/node/context.js';
import type { WireJob } from '../../../src/wire/frames.js';
import { loadHeader, type WorkerOptions } from './worker-process.js';

/** Where the bundled models are. */
export const MODELS = fileURLToPath(new URL('../../../fixtures/models/', import.meta.url));

const silentMetrics = { counter() {}, gauge() {}, histogram() {}, time() {} };

/** A context as a worker makes it, with `jobs` as the batch at hand. Pieces of streams end up in `pieces`. */
export function contextFor(
  options: WorkerOptions,
  jobs: readonly Partial<WireJob>[] = [{}],
): WorkerContext & { readonly pieces: (readonly [idx: number, output: unknown])[] } {
  const pieces: [number, unknown][] = [];
  const context = new WorkerContext(
    loadHeader(options),
    '0.0.0',
    { ...silentMetrics },
    {
      put: (idx, output) => pieces.push([idx, output]),
      flush: () => {},
    },
  );
  context.begin({ jobs: jobs.map(job) }, new Set());
  return Object.assign(context, { pieces });
}

export function job(fields: Partial<WireJob>, index = 0): WireJob {
  return { id: `request-${index}`, verb: 'predict', headers: {}, parts: [], ...fields };
}

/** The model-config.yaml of a bundled model. */
export function configOf(model: string): Record<string, unknown> {
  return parse(readFileSync(join(MODELS, model, 'model-config.yaml'), 'utf8')) as Record<string, unknown>;
}
