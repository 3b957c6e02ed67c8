import { isUtf8 } from 'node:buffer';
import type { WireJob } from '../../wire/frames.js';
import type { PartValue, RequestData } from './handler.js';

/**
 * What the handler sees of a batch, by TorchServe's rules: `application/json` is parsed, `text*` becomes a string,
 * everything else stays bytes; what cannot be decoded stays bytes too, and so does everything when `decodeInput` is off.
 * Of parts with the same name the last wins.
 */
export function decodeRequests(
  jobs: readonly WireJob[],
  body: Buffer,
  decodeInput: boolean,
): readonly RequestData[] {
  const requests: RequestData[] = new Array(jobs.length);
  let at = 0;
  for (let index = 0; index < jobs.length; index += 1) {
    const request: Record<string, PartValue> = {};
    for (const part of jobs[index]?.parts ?? []) {
      put(request, part.name, decodePart(part.type, body.subarray(at, at + part.size), decodeInput));
      at += part.size;
    }
    requests[index] = request;
  }
  return requests;
}

function decodePart(type: string, bytes: Buffer, decodeInput: boolean): PartValue {
  if (type === '' || !decodeInput) return bytes;
  if (type === 'application/json') return parseJson(bytes);
  if (type.startsWith('text') && isUtf8(bytes)) return bytes.toString('utf8');
  return bytes;
}

function parseJson(bytes: Buffer): PartValue {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    console.error(`A part said it is JSON and is not (${String(error)}); the handler gets its bytes.`);
    return bytes;
  }
}

/** A client names the parts, and `__proto__` would otherwise change the object instead of its contents. */
function put(request: Record<string, PartValue>, name: string, value: PartValue): void {
  if (name !== '__proto__') request[name] = value;
  else Object.defineProperty(request, name, { value, enumerable: true, configurable: true, writable: true });
}
