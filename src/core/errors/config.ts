import { errorRows } from './row.js';

/** What goes wrong in the `config` room. */
export const configErrors = errorRows({});
