import { errorRows } from './row.js';

/** What goes wrong in the `bench` room. */
export const benchErrors = errorRows({});
