import { PredictionException } from './prediction-exception.js';

/**
 * The bytes of one answer: bytes as they are, a string as UTF-8, anything else as JSON with two spaces of indentation,
 * as TorchServe writes it. Throws a PredictionException (503) for a value JSON cannot hold.
 */
export function encodeOutput(value: unknown): Buffer {
  if (typeof value === 'string') return Buffer.from(value);
  if (Buffer.isBuffer(value)) return value;
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  if (value instanceof ArrayBuffer) return Buffer.from(value);
  return Buffer.from(toJson(value));
}

function toJson(value: unknown): string {
  try {
    const text: string | undefined = JSON.stringify(value ?? null, plainNumbers, 2);
    if (text !== undefined) return text;
  } catch (error) {
    console.error(error);
  }
  throw new PredictionException('Unsupported model output data type.', 503);
}

/** JSON would write a Float32Array as an object of indexes. */
function plainNumbers(_key: string, value: unknown): unknown {
  return ArrayBuffer.isView(value) && !(value instanceof DataView)
    ? Array.from(value as Float32Array)
    : value;
}
