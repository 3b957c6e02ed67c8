import type { Route } from '../http/router.js';
import type { ApiServices } from '../services.js';

/** The listeners of a server. */
export const ROLES = ['inference', 'management', 'metrics'] as const;

export type Role = (typeof ROLES)[number];

/** One public API's spelling: its paths, by listener. */
export interface Dialect {
  readonly name: string;
  routes(role: Role, services: ApiServices): readonly Route[];
}
