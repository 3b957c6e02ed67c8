import { serveError } from '../../../core/errors.js';
import type { Part } from '../../../core/inference.js';
import { joinIfSmall } from '../../../core/pieces.js';

/**
 * Takes a `multipart/form-data` body apart, whatever pieces it comes in. A plain field has no content type, a file has
 * its own (without parameters) or `application/octet-stream`; both are bytes as they came. Throws BAD_REQUEST.
 */
export async function readMultipart(
  contentType: string,
  body: readonly Buffer[],
  maxParts: number,
): Promise<readonly Part[]> {
  const boundary = parameterOf(contentType, 'boundary');
  if (!boundary) throw malformed('the boundary is missing');
  // Not its larger half: that one decodes fields as text and hides a content type that is not there.
  const { Dicer } = await import('@fastify/busboy');
  const parts: Part[] = [];
  const dicer = new Dicer({ boundary });
  dicer.on('part', (part) => {
    const pieces: Buffer[] = [];
    let head: PartHead | undefined;
    part.on('header', (header) => {
      head = readHead(header as PartHeader);
    });
    part.on('data', (piece: Buffer) => pieces.push(piece));
    part.on('error', () => {});
    part.on('end', () => {
      // One more than allowed is kept, to tell that there were too many.
      if (head && parts.length <= maxParts) parts.push({ ...head, pieces: joinIfSmall(pieces) });
    });
  });
  await new Promise<void>((resolve, reject) => {
    dicer.on('finish', resolve);
    dicer.on('error', reject);
    for (const piece of body) dicer.write(piece);
    dicer.end();
  }).catch((thrown) => {
    throw malformed(thrown instanceof Error ? thrown.message : String(thrown));
  });
  if (parts.length > maxParts) throw malformed(`it has more than ${maxParts} parts`);
  return parts;
}

type PartHead = Pick<Part, 'name' | 'contentType'>;
/** Values as Latin-1, by name in small letters. */
type PartHeader = Readonly<Record<string, readonly string[] | undefined>>;

function readHead(header: PartHeader): PartHead | undefined {
  const disposition = header['content-disposition']?.[0];
  const name = disposition && parameterOf(disposition, 'name');
  if (name === undefined || name === '') return undefined;
  const isFile = disposition !== undefined && parameterOf(disposition, 'filename') !== undefined;
  const type = header['content-type']?.[0]?.split(';')[0]?.trim().toLowerCase();
  const contentType = isFile ? type || 'application/octet-stream' : '';
  return { name: Buffer.from(name, 'latin1').toString('utf8'), contentType };
}

/** A parameter behind a header's value: `name="a \"b\""` or `name=a`. */
function parameterOf(value: string, name: string): string | undefined {
  const found = new RegExp(`;\\s*${name}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s]+))`, 'i').exec(value);
  return found?.[1]?.replace(/\\(["\\])/g, '$1') ?? found?.[2];
}

function malformed(reason: string): Error {
  return serveError('BAD_REQUEST', { reason: `The form cannot be read: ${reason}.` });
}
