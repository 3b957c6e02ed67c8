import type { Batch } from '../core/batch.js';
import type { Job } from '../core/job.js';
import { encodeFrame } from '../wire/encode.js';
import type { WireJob, WirePart } from '../wire/frames.js';

/** The BATCH frame of these jobs. Throws RangeError if it would exceed what a frame can hold. */
export function encodeBatch(batch: Batch): Buffer[] {
  const bodies: Buffer[] = [];
  const jobs = batch.jobs.map((job) => wireJob(job, bodies));
  return encodeFrame('BATCH', batch.id, { jobs }, bodies);
}

function wireJob({ request }: Job, bodies: Buffer[]): WireJob {
  const parts: WirePart[] = [];
  for (const { name, contentType, bytes, shape, dtype } of request.parts) {
    bodies.push(bytes);
    // Members that are undefined are not written.
    parts.push({ name, type: contentType, size: bytes.length, shape, dtype });
  }
  return { id: request.id, verb: request.verb, headers: request.headers, parts };
}
