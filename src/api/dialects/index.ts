import type { Dialect } from './dialect.js';
import { torchserve } from './torchserve/routes.js';

/** The APIs that are spoken. */
export const DIALECTS: readonly Dialect[] = [torchserve];
