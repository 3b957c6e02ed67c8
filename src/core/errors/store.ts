import { errorRows } from './row.js';

/** What goes wrong in the `store` room. */
export const storeErrors = errorRows({});
