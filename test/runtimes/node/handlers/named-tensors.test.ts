import { describe, expect, it } from 'vitest';
import { readInputs } from '../../../../src/runtimes/node/handlers/named-tensors.js';
import type { TensorSignature } from '../../../../src/runtimes/node/handlers/session.js';
import { isPredictionException } from '../../../../src/runtimes/node/prediction-exception.js';

const one: readonly TensorSignature[] = [{ name: 'x', type: 'float32', shape: ['batch', 2] }];
const two: readonly TensorSignature[] = [
  { name: 'ids', type: 'int64', shape: ['batch', 'tokens'] },
  { name: 'mask', type: 'bool', shape: ['batch', 'tokens'] },
];

function refusal(value: unknown, signature: readonly TensorSignature[]): string {
  try {
    readInputs(value, signature);
  } catch (thrown) {
    if (isPredictionException(thrown) && thrown.errorCode === 400) return thrown.message;
    throw thrown;
  }
  throw new Error('was not refused');
}

describe('readInputs', () => {
  it('reads nested arrays by name', () => {
    const { tensors, spelling } = readInputs({ mask: [[true, false]], ids: [[7, 8]] }, two);
    expect(spelling).toBe('map');
    expect(tensors).toEqual([
      { name: 'ids', type: 'int64', dims: [1, 2], data: BigInt64Array.of(7n, 8n) },
      { name: 'mask', type: 'bool', dims: [1, 2], data: Uint8Array.of(1, 0) },
    ]);
  });

  it('reads the Open Inference Protocol, with flat and with nested data', () => {
    for (const data of [
      [1, 2, 3, 4],
      [
        [1, 2],
        [3, 4],
      ],
    ]) {
      const { tensors, spelling } = readInputs(
        { inputs: [{ name: 'x', datatype: 'FP32', shape: [2, 2], data }] },
        one,
      );
      expect(spelling).toBe('inference-protocol');
      expect(tensors).toEqual([
        { name: 'x', type: 'float32', dims: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
      ]);
    }
  });

  it('reads nested arrays alone for a model with one input', () => {
    expect(readInputs([[1, 2]], one).tensors[0]?.dims).toEqual([1, 2]);
    expect(readInputs([], [{ name: 'x', type: 'float32', shape: [-1] }]).tensors[0]?.dims).toEqual([0]);
  });

  it('reads an input that is called inputs', () => {
    const signature: readonly TensorSignature[] = [{ name: 'inputs', type: 'float32', shape: [2] }];
    expect(readInputs({ inputs: [1, 2] }, signature).tensors[0]?.data).toEqual(Float32Array.of(1, 2));
  });

  it.each([
    [
      'an unknown input',
      { y: [[1, 2]] },
      'The model has no input "y"; its inputs are x: float32 [batch, 2].',
    ],
    ['a missing input', {}, 'Input "x" is missing; the model expects x: float32 [batch, 2].'],
    ['too few axes', { x: [1, 2] }, 'Input "x" has the shape [2]; the model expects x: float32 [batch, 2].'],
    [
      'a wrong size',
      { x: [[1, 2, 3]] },
      'Input "x" has the shape [1,3]; the model expects x: float32 [batch, 2].',
    ],
    ['ragged rows', { x: [[1, 2], [3]] }, 'Input "x" has 3 values; the shape [2,2] holds 4.'],
    ['text among numbers', { x: [[1, 'two']] }, 'Input "x" holds "two"; every value must be a number.'],
    ['null', { x: [[1, null]] }, 'Input "x" holds null; every value must be a number.'],
    [
      'too deep a list',
      { x: [[1, [2]]] },
      'Input "x" holds a list that is nested too deep; every value must be a number.',
    ],
    ['no object at all', 'text', 'Input "x" has the shape []; the model expects x: float32 [batch, 2].'],
  ])('refuses %s in words that say what is expected', (_, value, message) => {
    expect(refusal(value, one)).toBe(message);
  });

  it.each([
    [
      'another datatype',
      { name: 'x', datatype: 'INT64', shape: [1, 2], data: [1, 2] },
      'Input "x" came as INT64; the model expects FP32.',
    ],
    [
      'data that do not fill the shape',
      { name: 'x', shape: [2, 2], data: [1] },
      'Input "x" has 1 values; the shape [2,2] holds 4.',
    ],
    ['no shape', { name: 'x', data: [1, 2] }, 'Input "x" needs a shape: a list of whole numbers.'],
    ['no name', { data: [1, 2] }, 'inputs[0] must be an object with name, datatype, shape and data.'],
  ])('refuses a listed input with %s', (_, input, message) => {
    expect(refusal({ inputs: [input] }, one)).toBe(message);
  });

  it('refuses sizes that disagree in an axis of one name', () => {
    expect(refusal({ ids: [[1, 2]], mask: [[true]] }, two)).toBe(
      'Inputs "ids" and "mask" must agree in tokens: 2 is not 1.',
    );
  });

  it('refuses a bare list for a model with several inputs', () => {
    expect(refusal([[1, 2]], two)).toBe(
      'The body must be a JSON object with the inputs ids: int64 [batch, tokens]; mask: bool [batch, tokens].',
    );
  });

  it('is not led into deep recursion by a body made for that', () => {
    const deep = JSON.parse(`[[1,${'['.repeat(100_000)}${']'.repeat(100_000)}]]`) as unknown;
    expect(refusal({ x: deep }, one)).toContain('nested too deep');
  });
});
