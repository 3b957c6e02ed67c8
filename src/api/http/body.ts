import type { IncomingMessage } from 'node:http';

/**
 * Collects the body of a request and calls back once: with the bytes, or with undefined as soon as it is known that
 * there are more than `limitBytes`. Never calls back when the client goes before the end. `proceed` tells a client that
 * waits for permission to send (`Expect: 100-continue`).
 */
export function readBody(
  request: IncomingMessage,
  limitBytes: number,
  done: (body: Buffer | undefined) => void,
  proceed?: () => void,
): void {
  const announced = request.headers['content-length'];
  const announcedBytes = announced === undefined ? undefined : Number(announced);
  const chunked = request.headers['transfer-encoding'] !== undefined;
  if (announcedBytes === 0 || (announcedBytes === undefined && !chunked)) done(EMPTY);
  else if (announcedBytes !== undefined && announcedBytes > limitBytes) done(undefined);
  else {
    proceed?.();
    collect(request, limitBytes, announcedBytes, done);
  }
}

const EMPTY = Buffer.alloc(0);

function collect(
  request: IncomingMessage,
  limitBytes: number,
  announcedBytes: number | undefined,
  done: (body: Buffer | undefined) => void,
): void {
  let first: Buffer | undefined;
  let pieces: Buffer[] | undefined;
  let sizeBytes = 0;
  // Nearly every body comes in one piece, and is then not copied.
  const finish = (): void => done(pieces ? Buffer.concat(pieces, sizeBytes) : (first ?? EMPTY));
  const take = (piece: Buffer): void => {
    sizeBytes += piece.length;
    if (sizeBytes > limitBytes) {
      request.off('data', take);
      request.off('end', finish);
      done(undefined);
      return;
    }
    if (!first) first = piece;
    else if (pieces) pieces.push(piece);
    else pieces = [first, piece];
    // The parser sees to it that no more comes than was announced.
    if (sizeBytes === announcedBytes) finish();
  };
  request.on('data', take);
  if (announcedBytes === undefined) request.on('end', finish);
}
