import { FRAME_TYPES, type FrameHeaders, type FrameType, PREFIX_BYTES } from './frames.js';

/** The largest length that fits the prefix. */
const MAX_FRAME_BYTES = 0xffff_ffff;
/** Bodies up to this size are copied behind the header: one small write is cheaper than a gathered one. */
const COPY_BYTES = 16 * 1024;

/**
 * Encodes one frame. Returns the buffers to write in order; large bodies are handed on uncopied.
 * Throws RangeError when the frame would exceed 4 GiB.
 */
export function encodeFrame<Type extends FrameType>(
  type: Type,
  id: number,
  header: FrameHeaders[Type],
  bodies: readonly Buffer[] = [],
): Buffer[] {
  const headerText = JSON.stringify(header);
  const headerBytes = Buffer.byteLength(headerText);
  const bodyBytes = bodies.reduce((sum, body) => sum + body.length, 0);
  const length = PREFIX_BYTES - 4 + headerBytes + bodyBytes;
  if (length > MAX_FRAME_BYTES) throw new RangeError(`a frame of ${length} bytes is too long`);
  const copied = bodyBytes <= COPY_BYTES ? bodyBytes : 0;
  const start = Buffer.allocUnsafe(PREFIX_BYTES + headerBytes + copied);
  start.writeUInt32BE(length, 0);
  start.writeUInt8(FRAME_TYPES[type], 4);
  start.writeUInt8(0, 5);
  start.writeUInt32BE(id, 6);
  start.writeUInt32BE(headerBytes, 10);
  start.write(headerText, PREFIX_BYTES, 'utf8');
  if (copied === 0) return bodyBytes === 0 ? [start] : [start, ...bodies];
  let at = PREFIX_BYTES + headerBytes;
  for (const body of bodies) at += body.copy(start, at);
  return [start];
}
