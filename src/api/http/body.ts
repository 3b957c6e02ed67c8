import type { IncomingMessage } from 'node:http';
import { joinIfSmall } from '../../core/pieces.js';

/**
 * Collects the body of a request and calls back once: with the pieces in which it came, or with undefined as soon as it
 * is known that there are more than `limitBytes` in it. Never calls back when the client goes before the end. `proceed`
 * tells a client that waits for permission to send (`Expect: 100-continue`).
 */
export function readBody(
  request: IncomingMessage,
  limitBytes: number,
  done: (pieces: readonly Buffer[] | undefined) => void,
  proceed?: () => void,
): void {
  const announced = request.headers['content-length'];
  const announcedBytes = announced === undefined ? undefined : Number(announced);
  const chunked = request.headers['transfer-encoding'] !== undefined;
  if (announcedBytes === 0 || (announcedBytes === undefined && !chunked)) done([]);
  else if (announcedBytes !== undefined && announcedBytes > limitBytes) done(undefined);
  else {
    proceed?.();
    collect(request, limitBytes, announcedBytes, done);
  }
}

function collect(
  request: IncomingMessage,
  limitBytes: number,
  announcedBytes: number | undefined,
  done: (pieces: readonly Buffer[] | undefined) => void,
): void {
  const pieces: Buffer[] = [];
  let sizeBytes = 0;
  const finish = (): void => done(joinIfSmall(pieces));
  const take = (piece: Buffer): void => {
    sizeBytes += piece.length;
    if (sizeBytes > limitBytes) {
      request.off('data', take);
      request.off('end', finish);
      done(undefined);
      return;
    }
    pieces.push(piece);
    // The parser sees to it that no more comes than was announced.
    if (sizeBytes === announcedBytes) finish();
  };
  request.on('data', take);
  if (announcedBytes === undefined) request.on('end', finish);
}
