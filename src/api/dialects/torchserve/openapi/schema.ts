/** A JSON schema as OpenAPI 3.0 writes it. */
export interface Schema {
  readonly type: 'string' | 'integer' | 'boolean' | 'object' | 'array';
  readonly description?: string;
  readonly format?: string;
  readonly default?: string;
  readonly enum?: readonly string[];
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
}

export interface Parameter {
  readonly in: 'path' | 'query';
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  readonly schema: Schema;
}

type Content = Readonly<Record<string, { readonly schema: Schema }>>;

export interface Response {
  readonly description: string;
  readonly content?: Content;
}

export interface Operation {
  readonly operationId: string;
  readonly description: string;
  readonly deprecated?: boolean;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: {
    readonly required: boolean;
    readonly description: string;
    readonly content: Content;
  };
  readonly responses: Readonly<Record<string, Response>>;
}

export type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

export const text = (description: string): Schema => ({ type: 'string', description });
export const integer = (description: string): Schema => ({ type: 'integer', description });

/** An object all of whose properties are required, except the named ones. */
export function object(
  properties: Readonly<Record<string, Schema>>,
  optional: readonly string[] = [],
): Schema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', required, properties };
}

/** Bytes of any kind. */
export const ANYTHING: Content = { '*/*': { schema: { type: 'string', format: 'binary' } } };

const ERROR = object({
  code: integer('Error code.'),
  type: text('Error type.'),
  message: text('Error message.'),
});
const STATUS = object({ status: text('Error type.') });

/** A response with a JSON body. */
export function jsonResponse(description: string, schema: Schema): Response {
  return { description, content: { 'application/json': { schema } } };
}

/** Responses whose bodies are status objects, by code. */
export function statuses(byCode: Readonly<Record<string, string>>): Record<string, Response> {
  return responses(byCode, STATUS);
}

/** Responses whose bodies are error objects, by code; every operation may answer 500. */
export function errors(byCode: Readonly<Record<string, string>> = {}): Record<string, Response> {
  return responses({ ...byCode, 500: 'Internal Server Error' }, ERROR);
}

export function pathParameter(name: string, description: string): Parameter {
  return { in: 'path', name, description, required: true, schema: { type: 'string' } };
}

export function queryParameter(name: string, description: string, schema: Schema): Parameter {
  return { in: 'query', name, description, required: false, schema };
}

function responses(byCode: Readonly<Record<string, string>>, schema: Schema): Record<string, Response> {
  const entries = Object.entries(byCode);
  return Object.fromEntries(entries.map(([code, description]) => [code, jsonResponse(description, schema)]));
}
