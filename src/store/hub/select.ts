import type { HubFile } from './hub-file.js';

export interface Patterns {
  /** A file is taken when one matches; all are when there are none. */
  readonly include: readonly string[];
  /** A file is left out when one matches. */
  readonly exclude: readonly string[];
}

/**
 * The files that patterns leave. They are those of Python's library, compared with the whole path: `*` goes across `/`,
 * `?` is one character, `[a-z]` and `[!a]` are sets, and a pattern that ends with `/` means everything below.
 */
export function selectFiles(files: readonly HubFile[], { include, exclude }: Patterns): HubFile[] {
  const [wanted, unwanted] = [include.map(toRegExp), exclude.map(toRegExp)];
  return files.filter(
    ({ path }) =>
      (wanted.length === 0 || wanted.some((pattern) => pattern.test(path))) &&
      !unwanted.some((pattern) => pattern.test(path)),
  );
}

function toRegExp(pattern: string): RegExp {
  const whole = pattern.endsWith('/') ? `${pattern}*` : pattern;
  const source = whole.replace(
    /\[(!?)(\]?[^\]]*)\]|[*?]+|[.+^${}()|\\[\]]/g,
    (found, not?: string, set?: string) => {
      if (set !== undefined && set !== '') return `[${not ? '^' : ''}${set.replace(/[\\\]^[]/g, '\\$&')}]`;
      if (/^[*?]+$/.test(found)) return wildcards(found);
      return found.replace(/[.+^${}()|\\[\]!]/g, '\\$&');
    },
  );
  return new RegExp(`^${source}$`, 's');
}

/** A run of `*` and `?` as one expression: several stars side by side would make matching slow. */
function wildcards(run: string): string {
  const least = run.replaceAll('*', '').length;
  if (!run.includes('*')) return `.{${least}}`;
  return least === 0 ? '.*' : `.{${least},}`;
}
