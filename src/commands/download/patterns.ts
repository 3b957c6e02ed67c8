/** The items of a flag that takes lists with commas and may be repeated. */
export function splitPatterns(texts: readonly string[] | undefined): string[] {
  return (texts ?? []).flatMap((text) => text.split(',').map((item) => item.trim())).filter(Boolean);
}
