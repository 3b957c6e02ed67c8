import type { NamedTensor, Spelling } from './named-tensors.js';
import { TENSOR_TYPES, type TensorType } from './tensor-types.js';

/** The JSON of a model's outputs: `{"name": nested arrays}`, or the Open Inference Protocol's list with flat data. */
export function writeOutputs(tensors: readonly NamedTensor[], spelling: Spelling): string {
  if (spelling === 'map')
    return JSON.stringify(Object.fromEntries(tensors.map((tensor) => [tensor.name, nest(tensor)])));
  return JSON.stringify({
    outputs: tensors.map((tensor) => ({
      name: tensor.name,
      datatype: typeOf(tensor).datatype,
      shape: tensor.dims,
      data: flatten(tensor),
    })),
  });
}

function flatten(tensor: NamedTensor): unknown[] {
  const { write } = typeOf(tensor);
  return Array.from({ length: tensor.data.length }, (_, index) => write(tensor.data, index));
}

/** Cuts the flat values from the innermost axis outwards; a scalar stays one value. */
function nest(tensor: NamedTensor): unknown {
  let values = flatten(tensor);
  for (const size of tensor.dims.slice(1).reverse()) values = cut(values, size);
  return tensor.dims.length === 0 ? values[0] : values;
}

function cut(values: readonly unknown[], size: number): unknown[] {
  const rows: unknown[] = [];
  for (let at = 0; at < values.length; at += Math.max(1, size)) rows.push(values.slice(at, at + size));
  return rows;
}

function typeOf(tensor: NamedTensor): TensorType {
  const type = TENSOR_TYPES[tensor.type];
  if (!type) throw new TypeError(`output ${tensor.name} has the type ${tensor.type}, which JSON cannot hold`);
  return type;
}
