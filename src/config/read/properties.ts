/** One `key=value` of a properties file. */
export interface Property {
  readonly key: string;
  readonly value: string;
  /** Line the entry begins on, from 1. */
  readonly line: number;
}

interface LogicalLine {
  readonly text: string;
  readonly line: number;
}

/**
 * Reads a Java properties file by Java's rules: ISO-8859-1 with `\uXXXX`, `#` and `!` comments, lines continued by a
 * trailing backslash, and `=`, `:` or white space between key and value. Every entry is returned, repeated keys too.
 * Throws an Error naming the line when a `\u` is not followed by four hexadecimal digits.
 */
export function parseProperties(bytes: Uint8Array): Property[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return logicalLines(text).map(({ text: content, line }) => {
    const keyEnd = endOfKey(content);
    const valueStart = startOfValue(content, keyEnd);
    return {
      key: unescapeText(content.slice(0, keyEnd), line),
      value: unescapeText(content.slice(valueStart), line),
      line,
    };
  });
}

/** Lines without comments and blanks, continued lines joined, white space at their beginning taken off. */
function logicalLines(text: string): LogicalLine[] {
  const lines: LogicalLine[] = [];
  let open: LogicalLine | undefined;
  for (const [index, natural] of text.split(/\r\n|\r|\n/).entries()) {
    const content = natural.replace(/^[ \t\f]+/, '');
    // While a line is being continued, Java joins a comment or a blank line to it like any other.
    const begins = !open || open.text === '';
    if (begins && (content === '' || content.startsWith('#') || content.startsWith('!'))) continue;
    const continues = endsOpen(content);
    const joined: LogicalLine = {
      text: (open?.text ?? '') + (continues ? content.slice(0, -1) : content),
      line: open?.line ?? index + 1,
    };
    open = continues ? joined : undefined;
    if (!continues) lines.push(joined);
  }
  if (open) lines.push(open);
  return lines.filter((line) => line.text !== '');
}

/** True when an odd number of backslashes ends the line. */
function endsOpen(line: string): boolean {
  return (/\\*$/.exec(line)?.[0].length ?? 0) % 2 === 1;
}

function endOfKey(line: string): number {
  for (let at = 0; at < line.length; at++) {
    const letter = line.charAt(at);
    if (letter === '\\') at++;
    else if (/[=: \t\f]/.test(letter)) return at;
  }
  return line.length;
}

/** Skips white space, at most one `=` or `:`, and white space again. */
function startOfValue(line: string, keyEnd: number): number {
  return keyEnd + (/^[ \t\f]*[=:]?[ \t\f]*/.exec(line.slice(keyEnd))?.[0].length ?? 0);
}

const CONTROL: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' };

function unescapeText(text: string, line: number): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|(.?))/gs, (_, hex?: string, letter?: string) => {
    if (hex) return String.fromCharCode(Number.parseInt(hex, 16));
    if (letter === 'u') throw new Error(`line ${line}: \\u must be followed by four hexadecimal digits`);
    return CONTROL[letter ?? ''] ?? letter ?? '';
  });
}
