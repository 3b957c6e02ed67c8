import { PredictionException } from '../prediction-exception.js';
import type { TensorSignature } from './session.js';
import { TENSOR_TYPES, type TensorData, type TensorType } from './tensor-types.js';

/** A checked input of one request. */
export interface NamedTensor {
  readonly name: string;
  readonly type: TensorSignature['type'];
  readonly dims: readonly number[];
  readonly data: TensorData;
}

/** How a request spelt its inputs; the answer is spelt the same way. */
export type Spelling = 'map' | 'inference-protocol';

export interface ReadInputs {
  readonly tensors: readonly NamedTensor[];
  readonly spelling: Spelling;
}

interface Given {
  readonly name: string;
  /** Nested arrays, or flat ones if `shape` is given. */
  readonly value: unknown;
  readonly datatype?: unknown;
  readonly shape?: readonly number[];
}

/**
 * Reads a request's inputs: `{"name": nested arrays}`, `{"inputs": [{name, datatype, shape, data}]}`, or nested arrays
 * alone for a model with one input. Everything is checked against the model's signature; what does not fit is a
 * PredictionException (400) that names the input and what it should be.
 */
export function readInputs(value: unknown, signature: readonly TensorSignature[]): ReadInputs {
  const { given, spelling } = nameInputs(value, signature);
  const names = new Set(signature.map((input) => input.name));
  const strange = given.find((input) => !names.has(input.name));
  if (strange) refuse(`The model has no input "${strange.name}"; its inputs are ${describe(signature)}.`);
  const tensors = signature.map((input) => {
    const found = given.findLast((each) => each.name === input.name);
    if (!found) return refuse(`Input "${input.name}" is missing; the model expects ${describe([input])}.`);
    return readTensor(found, input);
  });
  checkNamedAxes(tensors, signature);
  return { tensors, spelling };
}

function nameInputs(
  value: unknown,
  signature: readonly TensorSignature[],
): { given: readonly Given[]; spelling: Spelling } {
  const [first] = signature;
  if (isRecord(value)) {
    const listed = value.inputs;
    const own = signature.some((input) => input.name === 'inputs');
    if (Array.isArray(listed) && !own)
      return { given: listed.map(readListed), spelling: 'inference-protocol' };
    return { given: Object.entries(value).map(([name, each]) => ({ name, value: each })), spelling: 'map' };
  }
  if (first && signature.length === 1) return { given: [{ name: first.name, value }], spelling: 'map' };
  return refuse(`The body must be a JSON object with the inputs ${describe(signature)}.`);
}

function readListed(input: unknown, index: number): Given {
  if (!isRecord(input) || typeof input.name !== 'string')
    return refuse(`inputs[${index}] must be an object with name, datatype, shape and data.`);
  const { name, datatype, shape, data } = input;
  const sizes = Array.isArray(shape) && shape.every((size) => Number.isInteger(size) && size >= 0);
  if (!sizes) return refuse(`Input "${name}" needs a shape: a list of whole numbers.`);
  return { name, value: data, datatype, shape: shape as number[] };
}

function readTensor(given: Given, expected: TensorSignature): NamedTensor {
  const type = TENSOR_TYPES[expected.type];
  if (!type) return refuse(`Input "${expected.name}" has the type ${expected.type}, which JSON cannot hold.`);
  if (given.datatype !== undefined && given.datatype !== type.datatype)
    refuse(`Input "${given.name}" came as ${String(given.datatype)}; the model expects ${type.datatype}.`);
  const dims = given.shape ?? shapeOf(given.value);
  if (!fits(dims, expected.shape))
    refuse(`Input "${given.name}" has the shape [${dims}]; the model expects ${describe([expected])}.`);
  // What is nested deeper than the model's axes is no number, and is refused as a value below.
  const depth = Math.max(0, dims.length - 1);
  const values: unknown[] = Array.isArray(given.value) ? given.value.flat(depth) : [given.value];
  const count = dims.reduce((product, size) => product * size, 1);
  if (values.length !== count)
    refuse(`Input "${given.name}" has ${values.length} values; the shape [${dims}] holds ${count}.`);
  return { name: given.name, type: expected.type, dims, data: readValues(given.name, values, type) };
}

function readValues(name: string, values: readonly unknown[], type: TensorType): TensorData {
  const data = type.read(values);
  if (typeof data !== 'number') return data;
  return refuse(`Input "${name}" holds ${show(values[data])}; every value must be ${type.expects}.`);
}

/** Sizes along the first element of every level; a ragged list is caught by the count of its values. */
function shapeOf(value: unknown): readonly number[] {
  const dims: number[] = [];
  for (let level = value; Array.isArray(level); level = level[0]) dims.push(level.length);
  return dims;
}

function fits(dims: readonly number[], expected: readonly (number | string)[]): boolean {
  return (
    dims.length === expected.length && expected.every((size, axis) => !isFixed(size) || size === dims[axis])
  );
}

/** Axes with the same name must have the same size. */
function checkNamedAxes(tensors: readonly NamedTensor[], signature: readonly TensorSignature[]): void {
  const sizes = new Map<string, { readonly size: number; readonly name: string }>();
  tensors.forEach((tensor, index) => {
    signature[index]?.shape.forEach((axis, at) => {
      const size = tensor.dims[at] ?? 0;
      if (isFixed(axis) || isNameless(axis)) return;
      const other = sizes.get(String(axis));
      sizes.set(String(axis), { size, name: tensor.name });
      if (other && other.size !== size)
        refuse(
          `Inputs "${other.name}" and "${tensor.name}" must agree in ${axis}: ${other.size} is not ${size}.`,
        );
    });
  });
}

function isFixed(size: number | string): boolean {
  return typeof size === 'number' && size >= 0;
}

function isNameless(size: number | string): boolean {
  return size === '' || (typeof size === 'number' && size < 0);
}

/** `image: float32 [batch, 1, 8, 8]`. */
function describe(signature: readonly TensorSignature[]): string {
  return signature
    .map(
      ({ name, type, shape }) =>
        `${name}: ${type} [${shape.map((size) => (isNameless(size) ? '?' : size)).join(', ')}]`,
    )
    .join('; ');
}

function show(value: unknown): string {
  if (Array.isArray(value)) return 'a list that is nested too deep';
  if (typeof value === 'object' && value !== null) return 'an object';
  return (JSON.stringify(value) ?? 'nothing').slice(0, 40);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refuse(message: string): never {
  throw new PredictionException(message, 400);
}
