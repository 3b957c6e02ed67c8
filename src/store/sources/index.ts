import { fileSource } from './file.js';
import { httpSource } from './http.js';
import type { Source } from './source.js';

/** The kinds of URLs archives are fetched from. */
export const SOURCES: readonly Source[] = [fileSource, httpSource];
