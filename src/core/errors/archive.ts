import { errorRows } from './row.js';

/** What goes wrong in the `archive` room. */
export const archiveErrors = errorRows({});
