/**
 * A configured regular expression that must match a whole text, as Java's `matches` does. A leading `(?i)`, Java's way
 * to ignore letter case, is understood. Throws a SyntaxError.
 */
export function wholeMatch(pattern: string, options: { readonly ignoreCase?: boolean } = {}): RegExp {
  const body = pattern.replace(/^\(\?i\)/, '');
  const ignoreCase = options.ignoreCase === true || body !== pattern;
  return new RegExp(`^(?:${body})$`, ignoreCase ? 'i' : '');
}
