import { wholeMatch } from '../config/regex.js';

/** Says whether an archive may be fetched from a URL. */
export type AllowedUrls = (url: string) => boolean;

/** TorchServe's `allowed_urls`: a URL must match one of the patterns as a whole, in any letter case. */
export function allowedUrls(patterns: readonly string[]): AllowedUrls {
  const expressions = patterns.map((pattern) => wholeMatch(pattern, { ignoreCase: true }));
  return (url) => expressions.some((expression) => expression.test(url));
}
