/**
 * One row of the error table. `message` and `hint` are templates: `{name}` is replaced by the fact of that name,
 * and the facts an error must be given are derived from the template by the type checker.
 */
export interface ErrorRow {
  /** HTTP status of the API answer. */
  readonly status: number;
  /** gRPC status name. */
  readonly grpc: GrpcStatus;
  /** The `type` of TorchServe's JSON error body; clients match on it. */
  readonly type: string;
  readonly message: string;
  /** What the reader can do about it; printed on the command line, never sent to API clients. */
  readonly hint?: string;
  /** Exit code of a command that ends with this error; 1 unless given. 2 is for wrong usage. */
  readonly exitCode?: number;
}

export type GrpcStatus =
  | 'CANCELLED'
  | 'INVALID_ARGUMENT'
  | 'DEADLINE_EXCEEDED'
  | 'NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'PERMISSION_DENIED'
  | 'RESOURCE_EXHAUSTED'
  | 'FAILED_PRECONDITION'
  | 'UNIMPLEMENTED'
  | 'INTERNAL'
  | 'UNAVAILABLE';

/** The names between braces in a template: `FactNames<'no {a} in {b}'>` is `'a' | 'b'`. */
export type FactNames<Template extends string> = Template extends `${string}{${infer Name}}${infer Rest}`
  ? Name | FactNames<Rest>
  : never;

/** Checks that a table is made of rows while keeping the literal types of its templates. */
export function errorRows<const Table extends Record<string, ErrorRow>>(table: Table): Table {
  return table;
}

/** Rows that only a command line meets share these fields. */
export const COMMAND_LINE = { status: 500, grpc: 'INTERNAL', type: 'InternalServerException' } as const;
