/** More layers of encoding than any client uses; what is still encoded after them is not decoded by us either. */
const MOST_LAYERS = 5;

/**
 * True when a text holds `..` in any spelling: plain, percent-encoded once or several times (`%2e`, `%252e`), or with
 * backslashes. Refusing is decided by the text alone, whatever lies there.
 */
export function namesParent(text: string): boolean {
  let spelling = text;
  for (let layer = 0; layer < MOST_LAYERS; layer += 1) {
    if (spelling.includes('..')) return true;
    const decoded = decodeDotsAndSlashes(spelling);
    if (decoded === spelling) return false;
    spelling = decoded;
  }
  return true;
}

/** Only what can spell a path; a stray `%` elsewhere must not hide the dots beside it. */
function decodeDotsAndSlashes(text: string): string {
  return text.replace(/%(25|2e|2f|5c)/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}
