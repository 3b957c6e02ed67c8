/** Pieces that are smaller on average are not worth being kept apart. */
const SMALL_BYTES = 16 * 1024;

/** How many bytes there are. */
export function sizeOf(pieces: readonly Buffer[]): number {
  let bytes = 0;
  for (const piece of pieces) bytes += piece.length;
  return bytes;
}

/** The pieces as one buffer; copies unless there is only one. */
export function joined(pieces: readonly Buffer[]): Buffer {
  const [only] = pieces;
  return only && pieces.length === 1 ? only : Buffer.concat(pieces);
}

/** Pieces worth handing on: many small ones cost more, wherever they go, than one copy of all. */
export function joinIfSmall(pieces: readonly Buffer[]): readonly Buffer[] {
  return pieces.length > 1 && sizeOf(pieces) < pieces.length * SMALL_BYTES ? [joined(pieces)] : pieces;
}
