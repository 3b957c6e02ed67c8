import type { InferenceRequest } from './inference.js';
import type { Job } from './job.js';

/** What a model name resolves to: it takes a request in, or refuses it by throwing a ServeError. */
export interface Servable {
  readonly name: string;
  readonly version: string;
  admit(request: InferenceRequest): Job;
}
