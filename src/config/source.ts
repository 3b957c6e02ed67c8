import type { Key } from './keys.js';

/** Where a value came from. */
export type Source =
  | { readonly kind: 'default' }
  | { readonly kind: 'file'; readonly path: string; readonly line: number }
  | { readonly kind: 'env'; readonly name: string }
  | { readonly kind: 'flag'; readonly name: string };

/** A value as one source gave it, not yet read. */
export interface Given {
  readonly key: Key;
  readonly value: string;
  readonly source: Source;
}

/** The source as a person would look for it: `config.properties:12`, `TS_JOB_QUEUE_SIZE`, `--job-queue-size`. */
export function formatSource(source: Source): string {
  switch (source.kind) {
    case 'default':
      return 'the default';
    case 'file':
      return `${source.path}:${source.line}`;
    case 'env':
      return `the environment variable ${source.name}`;
    case 'flag':
      return `--${source.name}`;
  }
}
