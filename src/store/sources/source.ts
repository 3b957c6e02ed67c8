import type { AllowedUrls } from '../allowed-urls.js';

export interface SourceLimits {
  /** Largest archive, bytes. */
  readonly maxBytes: number;
  /** Time for the whole download. */
  readonly timeoutMs: number;
  /** Time in which something new must arrive. */
  readonly idleTimeoutMs: number;
}

/** What a source may use to open a URL. */
export interface SourceContext {
  readonly allowed: AllowedUrls;
  readonly limits: SourceLimits;
  readonly signal: AbortSignal;
}

/** A kind of place archives can be fetched from. */
export interface Source {
  /** With the colon, as in `https:`. */
  readonly schemes: readonly string[];
  /**
   * The bytes behind a URL. Throws an Error that says why there are none, or URL_NOT_ALLOWED when the place sends
   * elsewhere and that is not allowed.
   */
  open(url: URL, context: SourceContext): Promise<AsyncIterable<Uint8Array>>;
}
