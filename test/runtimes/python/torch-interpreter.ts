import { pythonWith } from './interpreters.js';

/** The path of a Python that has these packages, or why the tests that need it are skipped. */
export function interpreterWith(
  ...packages: readonly string[]
): { readonly path: string } | { readonly reason: string } {
  return pythonWith(...packages);
}
