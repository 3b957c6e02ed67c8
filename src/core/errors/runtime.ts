import { errorRows } from './row.js';

/** What goes wrong in the `runtime` room. */
export const runtimeErrors = errorRows({});
