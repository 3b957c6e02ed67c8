import { describe, expect, it } from 'vitest';
import { TENSOR_TYPES } from '../../../../src/runtimes/node/handlers/tensor-types.js';

function typeOf(name: keyof typeof TENSOR_TYPES) {
  const type = TENSOR_TYPES[name];
  if (!type) throw new Error(`no type ${name}`);
  return type;
}

describe('TENSOR_TYPES', () => {
  it.each([
    ['float32', [0.5, -1], Float32Array.of(0.5, -1)],
    ['float64', [0.1], Float64Array.of(0.1)],
    ['int8', [-128, 127], Int8Array.of(-128, 127)],
    ['uint16', [65535], Uint16Array.of(65535)],
    ['int32', [-(2 ** 31)], Int32Array.of(-(2 ** 31))],
    ['int64', [-5, 2 ** 53 - 1], BigInt64Array.of(-5n, 2n ** 53n - 1n)],
    ['uint64', [7], BigUint64Array.of(7n)],
    ['bool', [true, false, 0, 1], Uint8Array.of(1, 0, 0, 1)],
    ['string', ['a', ''], ['a', '']],
  ] as const)('reads %s', (name, values, data) => {
    expect(typeOf(name).read(values)).toEqual(data);
  });

  it.each([
    ['float32', [1, '2'], 1],
    ['int8', [128], 0],
    ['int32', [1, 2.5], 1],
    ['uint8', [0, -1], 1],
    ['int64', [2 ** 53], 0],
    ['uint64', [-1], 0],
    ['bool', [true, 2], 1],
    ['string', ['a', 1], 1],
    ['float16', [null], 0],
  ] as const)('says which value does not fit %s', (name, values, index) => {
    expect(typeOf(name).read(values)).toBe(index);
  });

  it('writes what it read', () => {
    const values = {
      float32: [0.5],
      float16: [0.25, -3],
      int64: [-5],
      uint64: [9],
      bool: [true],
      string: ['é'],
    };
    for (const [name, list] of Object.entries(values)) {
      const type = typeOf(name as keyof typeof values);
      const data = type.read(list);
      if (typeof data === 'number') throw new Error(`${name} was refused`);
      expect(list.map((_, index) => type.write(data, index))).toEqual(list);
    }
  });

  it('writes whole numbers that a double cannot hold as text', () => {
    expect(typeOf('int64').write(BigInt64Array.of(2n ** 60n), 0)).toBe(String(2n ** 60n));
  });
});
