import { serveError } from '../../core/errors.js';

/** Reads `--header 'name: value'`, names in lower case; the last of a name counts. Throws REPLAY_HEADER. */
export function parseHeaders(given: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    given.map((text) => {
      const [, name, value] = /^([\w!#$%&'*+.^`|~-]+):[ \t]*([^\r\n\0]*)$/.exec(text) ?? [];
      if (name === undefined || value === undefined) throw serveError('REPLAY_HEADER', { value: text });
      return [name.toLowerCase(), value.trim()];
    }),
  );
}
