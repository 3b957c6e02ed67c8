import type { Measures } from '../models/describe.js';
import type { Registry } from '../models/registry.js';
import type { ModelServices } from '../models/services.js';

/** What the routes of every dialect may use; made once by `server/build.ts`. */
export interface ApiServices {
  readonly registry: Registry;
  readonly models: ModelServices;
  readonly measures: Measures;
  /** Prometheus text; `names` limits it to these samples. */
  readonly metrics: { text(names?: readonly string[]): Promise<string>; readonly contentType: string };
}
