/** The head of an HTTP/1.1 answer. */
export interface AnswerHead {
  readonly status: number;
  /** By lower-case name; the values of a header that comes several times are joined by `, `. */
  readonly headers: ReadonlyMap<string, string>;
  /** Whether the connection may carry another request afterwards. */
  readonly keepAlive: boolean;
}

/** Longest head that is read; far above what servers send. */
export const MAX_HEAD_BYTES = 64 * 1024;

const STATUS_LINE = /^HTTP\/1\.([01]) (\d{3})(?: |$)/;

/** Reads the text before the blank line. Throws an Error when it is not the head of an HTTP/1 answer. */
export function parseHead(text: string): AnswerHead {
  const [first = '', ...lines] = text.split('\r\n');
  const [, minor, status] = STATUS_LINE.exec(first) ?? [];
  if (minor === undefined) throw new Error('it does not answer in HTTP/1');
  const headers = new Map<string, string>();
  for (const line of lines) addHeader(headers, line);
  const connection = (headers.get('connection') ?? '').toLowerCase();
  const keepAlive = minor === '1' ? !connection.includes('close') : connection.includes('keep-alive');
  return { status: Number(status), headers, keepAlive };
}

function addHeader(headers: Map<string, string>, line: string): void {
  const [, name, value] = /^([!#$%&'*+\-.^_`|~\w]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
  if (name === undefined || value === undefined) throw new Error('a header of its answer is malformed');
  const key = name.toLowerCase();
  const earlier = headers.get(key);
  headers.set(key, earlier === undefined ? value : `${earlier}, ${value}`);
}
