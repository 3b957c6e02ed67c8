import type { Batch } from '../core/batch.js';
import { serveError } from '../core/errors.js';
import type { AnswerHead } from '../core/inference.js';
import type { Job, Outcome } from '../core/job.js';
import type { ChunkHeader, DoneHeader, WireAnswer } from '../wire/frames.js';

/**
 * Settles the jobs of a batch with what the worker says of them; answers to jobs that were given up meanwhile are
 * dropped. In a round (`rounds`) jobs with more to come are handed a piece and left unsettled. Throws SyntaxError, before
 * anything is settled, for a DONE that does not fit the batch.
 */
export function settleAnswers(
  batch: Batch,
  header: DoneHeader,
  body: Buffer,
  now: number,
  rounds = false,
): void {
  checkDone(batch, header, body);
  let end = 0;
  for (const [index, answer] of header.answers.entries()) {
    const bytes = [body.subarray(end, end + answer.size)];
    end += answer.size;
    const job = batch.jobs[index];
    if (!job || job.settled) continue;
    if (rounds && answer.more && answer.error === undefined) job.write(headOf(answer), bytes);
    else job.settle(outcomeOf(answer, bytes), now);
  }
}

/** Hands one piece of a streamed answer on. Throws SyntaxError for a CHUNK that does not fit the batch. */
export function writeChunk(batch: Batch, header: ChunkHeader, body: Buffer): void {
  const job: Job | undefined = Number.isInteger(header.job) ? batch.jobs[header.job] : undefined;
  if (!job || !isHead(header)) throw new SyntaxError('a CHUNK does not fit its batch');
  job.write(headOf(header), [body]);
}

function headOf({ status, reason, headers }: ChunkHeader | WireAnswer): AnswerHead {
  return { status, reason, headers };
}

function outcomeOf(answer: WireAnswer, body: readonly Buffer[]): Outcome {
  const { status, error } = answer;
  if (error === undefined) return { kind: 'answered', head: headOf(answer), body };
  return { kind: 'failed', error: serveError('HANDLER_FAILED', { reason: error }, { status }) };
}

function checkDone(batch: Batch, { answers, credits }: DoneHeader, body: Buffer): void {
  const fits =
    Array.isArray(answers) &&
    answers.length === batch.jobs.length &&
    Number.isInteger(credits) &&
    credits >= 0 &&
    answers.every(isAnswer) &&
    answers.reduce((sum, answer) => sum + answer.size, 0) === body.length;
  if (!fits) throw new SyntaxError('a DONE does not fit its batch');
}

function isAnswer(answer: WireAnswer | null): boolean {
  if (typeof answer !== 'object' || answer === null || !isHead(answer)) return false;
  const { size, error } = answer;
  return Number.isInteger(size) && size >= 0 && (error === undefined || typeof error === 'string');
}

/** Workers run code of users: what is put into an HTTP head is looked at first. */
function isHead({ status, reason, headers }: ChunkHeader | WireAnswer): boolean {
  const sound = Number.isInteger(status) && status >= 100 && status <= 999 && typeof reason === 'string';
  return sound && typeof headers === 'object' && headers !== null && Object.values(headers).every(isText);
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}
