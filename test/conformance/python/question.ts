import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';

/** One request of an example.json; record.py reads the same. At most one of the fields for the body is set. */
export interface Question {
  readonly path: string;
  readonly method?: 'GET';
  /** Sent to the management address. */
  readonly management?: true;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  /** Rows and columns of numbers that rise from 0 to 1. */
  readonly json_ramp?: readonly [number, number];
  readonly text?: string;
  readonly form_text?: Readonly<Record<string, string>>;
  /** A file beside example.json, or below `{built}`. */
  readonly file?: string;
  /** The file is the field of this name in a form. */
  readonly form?: string;
  /** The file in base64 is the field of this name in a form. */
  readonly form_base64?: string;
  /** Of a management answer, only this field of its first entry is compared. */
  readonly field?: string;
}

/** What is compared of an answer. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The whole body, when it is UTF-8, else in base64. */
  readonly text?: string;
  readonly base64?: string;
  /** In place of the body, the one field that was asked for. */
  readonly json?: unknown;
}

/** Where the example and what was built for it are. */
export interface Folders {
  readonly example: string;
  readonly built: string;
}

const KEPT_HEADERS = ['content-type', 'ts_request_sequence_id'];
const BORDER = 'border-of-the-parts-of-this-form';

/** Sends a question as record.py does; header names keep their letter case. */
export function ask(question: Question, folders: Folders, address: string): Promise<Answer> {
  const [body, type] = bodyOf(question, folders);
  const headers = {
    ...question.headers,
    ...(type ? { 'Content-Type': type } : {}),
    'Content-Length': body.length,
  };
  return new Promise((resolve, reject) => {
    const method = question.method ?? 'POST';
    const request = httpRequest(address + question.path, { method, headers }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.once('error', reject);
      response.once('end', () =>
        resolve(answerOf(response.statusCode ?? 0, response.headers, Buffer.concat(pieces), question)),
      );
    });
    request.once('error', reject);
    request.end(body);
  });
}

function answerOf(
  status: number,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: Buffer,
  { field }: Question,
): Answer {
  if (field) return { status, headers: {}, json: (JSON.parse(body.toString()) as [never])[0][field] };
  const kept = Object.fromEntries(
    KEPT_HEADERS.flatMap((name) => (headers[name] === undefined ? [] : [[name, String(headers[name])]])),
  );
  const text = body.toString('utf8');
  const content = Buffer.from(text).equals(body) ? { text } : { base64: body.toString('base64') };
  return { status, headers: kept, ...content };
}

function bodyOf(question: Question, folders: Folders): readonly [Buffer, string | undefined] {
  if (question.method === 'GET') return [Buffer.alloc(0), undefined];
  if (question.json !== undefined) return [Buffer.from(JSON.stringify(question.json)), 'application/json'];
  if (question.json_ramp)
    return [Buffer.from(JSON.stringify(ramp(...question.json_ramp))), 'application/json'];
  if (question.text !== undefined) return [Buffer.from(question.text), 'text/plain'];
  if (question.form_text) return form(question.form_text);
  const named = question.file ?? '';
  const path = named.startsWith('{built}')
    ? named.replace('{built}', folders.built)
    : join(folders.example, named);
  const content = readFileSync(path);
  if (question.form_base64) return form({ [question.form_base64]: content.toString('base64') });
  return question.form ? form({ [question.form]: content }) : [content, 'application/octet-stream'];
}

function ramp(rows: number, columns: number): number[][] {
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) => (row * columns + column) / (rows * columns)),
  );
}

function form(fields: Readonly<Record<string, string | Buffer>>): readonly [Buffer, string] {
  const parts = Object.entries(fields).flatMap(([name, value]) => [
    Buffer.from(`--${BORDER}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n`),
    Buffer.from(value),
    Buffer.from('\r\n'),
  ]);
  return [
    Buffer.concat([...parts, Buffer.from(`--${BORDER}--\r\n`)]),
    `multipart/form-data; boundary=${BORDER}`,
  ];
}
