import type { Call } from '../../../../src/api/http/call.js';
import type { Job } from '../../../../src/core/job.js';

/** A call as a listener would hand it on. */
export function aCall(
  parts: Partial<Call> & { readonly headers?: Readonly<Record<string, string>> } = {},
): Call {
  const { headers = {}, body = Buffer.alloc(0), pieces = [body], ...rest } = parts;
  const rawHeaders = Object.entries(headers).flat();
  const contentType = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  return {
    id: 'an-id',
    method: 'POST',
    path: '/',
    query: '',
    rawHeaders,
    contentType: contentType ?? '',
    pieces,
    body,
    bind(_job: Job) {},
    ...rest,
  };
}
