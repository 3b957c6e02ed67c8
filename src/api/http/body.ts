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
  if (announced === undefined ? request.headers['transfer-encoding'] === undefined : announced === '0') {
    done(EMPTY);
    return;
  }
  if (announced !== undefined && Number(announced) > limitBytes) {
    done(undefined);
    return;
  }
  proceed?.();
  collect(request, limitBytes, done);
}

const EMPTY = Buffer.alloc(0);

function collect(
  request: IncomingMessage,
  limitBytes: number,
  done: (body: Buffer | undefined) => void,
): void {
  let first: Buffer | undefined;
  let pieces: Buffer[] | undefined;
  let sizeBytes = 0;
  const take = (piece: Buffer): void => {
    sizeBytes += piece.length;
    if (sizeBytes > limitBytes) {
      request.off('data', take);
      request.off('end', end);
      done(undefined);
    } else if (!first) first = piece;
    else if (pieces) pieces.push(piece);
    else pieces = [first, piece];
  };
  // Nearly every body comes in one piece, and is then not copied.
  const end = (): void => done(pieces ? Buffer.concat(pieces, sizeBytes) : (first ?? EMPTY));
  request.on('data', take);
  request.on('end', end);
}
