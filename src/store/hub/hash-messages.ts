import type { HashedFile } from './file-hash.js';

/** From the downloading thread. `finish` is answered, `drop` is not. */
export type HashRequest =
  | ({ readonly kind: 'begin'; readonly id: number } & HashedFile)
  | { readonly kind: 'advance'; readonly id: number; readonly toBytes: number }
  | { readonly kind: 'finish'; readonly id: number; readonly toBytes: number }
  | { readonly kind: 'drop'; readonly id: number };

/** From the hashing thread. */
export type HashAnswer =
  | { readonly id: number; readonly hex: string }
  | { readonly id: number; readonly fault: string };
