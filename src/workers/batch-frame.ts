import type { Job } from '../core/job.js';
import { encodeFrame } from '../wire/encode.js';
import type { WireJob, WirePart } from '../wire/frames.js';
import type { SentBatch } from './in-flight.js';

/** The BATCH frame of these jobs. Throws RangeError if it would exceed what a frame can hold. */
export function encodeBatch(batch: Pick<SentBatch, 'id' | 'jobs' | 'held' | 'pollUs'>): Buffer[] {
  const bodies: Buffer[] = [];
  const { held } = batch;
  const jobs = batch.jobs.map((job, index) => (index < held ? heldJob(job) : wireJob(job, bodies)));
  return encodeFrame('BATCH', batch.id, { jobs, pollUs: batch.pollUs }, bodies);
}

/** What the worker keeps is only named. */
function heldJob({ request: { id, verb } }: Job): WireJob {
  return { id, verb, headers: {}, parts: [], held: true };
}

function wireJob({ request }: Job, bodies: Buffer[]): WireJob {
  const parts: WirePart[] = [];
  for (const { name, contentType, pieces, shape, dtype } of request.parts) {
    let size = 0;
    for (const piece of pieces) {
      bodies.push(piece);
      size += piece.length;
    }
    // Members that are undefined are not written.
    parts.push({ name, type: contentType, size, shape, dtype });
  }
  return { id: request.id, verb: request.verb, headers: request.headers, parts };
}
