import { archiveErrors } from './errors/archive.js';
import { benchErrors } from './errors/bench.js';
import { benchToolErrors } from './errors/bench-tools.js';
import { configErrors } from './errors/config.js';
import { devicesErrors } from './errors/devices.js';
import { hubErrors } from './errors/hub.js';
import type { ErrorRow, FactNames, GrpcStatus } from './errors/row.js';
import { runtimeErrors } from './errors/runtime.js';
import { servingErrors } from './errors/serving.js';
import { storeErrors } from './errors/store.js';
import type { WorkerFailure } from './failure.js';

/** Every error of the project: code → HTTP and gRPC status, TorchServe type name, message, hint, exit code. */
export const ERRORS = {
  ...servingErrors,
  ...archiveErrors,
  ...storeErrors,
  ...runtimeErrors,
  ...configErrors,
  ...devicesErrors,
  ...benchErrors,
  ...benchToolErrors,
  ...hubErrors,
};

export type ErrorCode = keyof typeof ERRORS;

type Hint<Row> = Row extends { readonly hint: infer Text extends string } ? Text : '';

/** The facts that the templates of one row ask for. */
export type ErrorFacts<Code extends ErrorCode> = Readonly<
  Record<FactNames<(typeof ERRORS)[Code]['message'] | Hint<(typeof ERRORS)[Code]>>, string | number>
>;

/** A row of the table with its facts filled in: the only error this project throws on purpose. */
export class ServeError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly grpc: GrpcStatus;
  readonly type: string;
  readonly hint: string;
  readonly exitCode: number;
  /** Of the worker that brought it about. */
  readonly failure: WorkerFailure | undefined;

  constructor(code: ErrorCode, facts: Readonly<Record<string, string | number>>, options: ErrorOptions = {}) {
    const row: ErrorRow = ERRORS[code];
    super(fill(row.message, facts), { cause: options.cause });
    this.name = 'ServeError';
    this.code = code;
    this.status = options.status ?? row.status;
    this.grpc = row.grpc;
    this.type = row.type;
    this.hint = fill(row.hint ?? '', facts);
    this.exitCode = row.exitCode ?? 1;
    this.failure = options.failure;
  }
}

export interface ErrorOptions {
  /** HTTP status in place of the row's, for errors whose status a handler chose. */
  readonly status?: number;
  readonly cause?: unknown;
  readonly failure?: WorkerFailure | undefined;
}

/** Makes the error of a row; the type checker asks for exactly the facts its templates name. */
export function serveError<Code extends ErrorCode>(
  code: Code,
  facts: ErrorFacts<Code>,
  options: ErrorOptions = {},
): ServeError {
  return new ServeError(code, facts, options);
}

/** Any thrown value as a ServeError; what is not ours becomes INTERNAL with the original as its cause. */
export function asServeError(thrown: unknown): ServeError {
  if (thrown instanceof ServeError) return thrown;
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return serveError('INTERNAL', { reason }, { cause: thrown });
}

function fill(template: string, facts: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => String(facts[name] ?? whole));
}
