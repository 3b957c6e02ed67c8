import type { NamedTensor } from './named-tensors.js';
import type { TensorSignature } from './session.js';
import type { TensorData } from './tensor-types.js';

/** Requests whose tensors may run as one: their numbers in the batch, and the rows of each along the first axis. */
export interface Group {
  readonly members: readonly number[];
  readonly rows: readonly number[];
  readonly tensors: readonly NamedTensor[];
}

/**
 * True when the first axis of every input and output bears the same name: then a request is a number of rows, and joining
 * requests along that axis changes no answer. An axis without a name could mean anything.
 */
export function canJoin(inputs: readonly TensorSignature[], outputs: readonly TensorSignature[]): boolean {
  const axes = [...inputs, ...outputs].map((tensor) => tensor.shape[0]);
  const [first] = axes;
  return typeof first === 'string' && first !== '' && axes.every((axis) => axis === first);
}

/** Joins requests that agree in every other axis; the others are groups of one. `undefined` entries are left out. */
export function joinRequests(
  requests: readonly (readonly NamedTensor[] | undefined)[],
  joinable: boolean,
): readonly Group[] {
  const alike = new Map<string, number[]>();
  requests.forEach((tensors, index) => {
    if (!tensors) return;
    const key = joinable ? tensors.map((tensor) => tensor.dims.slice(1).join('x')).join(';') : String(index);
    const members = alike.get(key);
    if (members) members.push(index);
    else alike.set(key, [index]);
  });
  return [...alike.values()].map((members) => {
    const tensors = members.map((index) => requests[index] ?? []);
    const rows = tensors.map((each) => each[0]?.dims[0] ?? 1);
    return { members, rows, tensors: joinTensors(tensors) };
  });
}

/** Cuts the outputs of a group back into one list per member. */
export function splitOutputs(
  outputs: readonly NamedTensor[],
  rows: readonly number[],
): readonly (readonly NamedTensor[])[] {
  if (rows.length === 1) return [outputs];
  const total = rows.reduce((sum, each) => sum + each, 0);
  const stray = outputs.find((output) => output.dims[0] !== total);
  if (stray)
    throw new RangeError(`output ${stray.name} has ${stray.dims[0]} rows for ${total} rows of input`);
  let start = 0;
  return rows.map((count) => {
    const from = start;
    start += count;
    return outputs.map((output) => sliceRows(output, from, count, total));
  });
}

function joinTensors(requests: readonly (readonly NamedTensor[])[]): readonly NamedTensor[] {
  const [first = []] = requests;
  if (requests.length === 1) return first;
  return first.map((tensor, input) => {
    const parts = requests.map((each) => each[input] ?? tensor);
    const rows = parts.reduce((sum, part) => sum + (part.dims[0] ?? 0), 0);
    return {
      ...tensor,
      dims: [rows, ...tensor.dims.slice(1)],
      data: joinData(parts.map((part) => part.data)),
    };
  });
}

function joinData(parts: readonly TensorData[]): TensorData {
  const [first] = parts;
  if (first === undefined || Array.isArray(first)) return (parts as readonly string[][]).flat();
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  // The parts are of one type, whichever it is.
  const joined = new (first.constructor as Float32ArrayConstructor)(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part as Float32Array, at);
    at += part.length;
  }
  return joined;
}

function sliceRows(tensor: NamedTensor, from: number, count: number, total: number): NamedTensor {
  const width = tensor.data.length / Math.max(1, total);
  const data = tensor.data.slice(from * width, (from + count) * width) as TensorData;
  return { ...tensor, dims: [count, ...tensor.dims.slice(1)], data };
}
