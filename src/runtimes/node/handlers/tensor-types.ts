import { fromHalfBits, toHalfBits } from './half-float.js';
import type { Tensor } from './session.js';

export type TensorData = Tensor['data'];

/** How one tensor type is read from JSON and written to it. */
export interface TensorType {
  /** The Open Inference Protocol's name. */
  readonly datatype: string;
  /** What a value must be, for messages. */
  readonly expects: string;
  /** The values as onnxruntime wants them; the index of the first unfit value if there is one. */
  read(values: readonly unknown[]): TensorData | number;
  /** One value of the tensor for JSON. */
  write(data: TensorData, index: number): unknown;
}

/** The types of ONNX that JSON can hold. */
export const TENSOR_TYPES: Readonly<Partial<Record<Tensor['type'], TensorType>>> = {
  float32: numeric('FP32', 'a number', isNumber, (length) => new Float32Array(length)),
  float64: numeric('FP64', 'a number', isNumber, (length) => new Float64Array(length)),
  // As bits: Node 20 has no type for half floats.
  float16: {
    datatype: 'FP16',
    expects: 'a number',
    read: (values) =>
      firstUnfit(values, isNumber) ?? Uint16Array.from(values as readonly number[], toHalfBits),
    write: (data, index) => fromHalfBits(Number(data[index])),
  },
  int8: integer('INT8', -(2 ** 7), 2 ** 7 - 1, (length) => new Int8Array(length)),
  uint8: integer('UINT8', 0, 2 ** 8 - 1, (length) => new Uint8Array(length)),
  int16: integer('INT16', -(2 ** 15), 2 ** 15 - 1, (length) => new Int16Array(length)),
  uint16: integer('UINT16', 0, 2 ** 16 - 1, (length) => new Uint16Array(length)),
  int32: integer('INT32', -(2 ** 31), 2 ** 31 - 1, (length) => new Int32Array(length)),
  uint32: integer('UINT32', 0, 2 ** 32 - 1, (length) => new Uint32Array(length)),
  int64: bigInteger('INT64', Number.MIN_SAFE_INTEGER, (length) => new BigInt64Array(length)),
  uint64: bigInteger('UINT64', 0, (length) => new BigUint64Array(length)),
  bool: {
    datatype: 'BOOL',
    expects: 'true, false, 0 or 1',
    read: (values) =>
      firstUnfit(values, (value) => typeof value === 'boolean' || value === 0 || value === 1) ??
      Uint8Array.from(values as readonly number[], Number),
    write: (data, index) => Boolean(data[index]),
  },
  string: {
    datatype: 'BYTES',
    expects: 'text',
    read: (values) => firstUnfit(values, (value) => typeof value === 'string') ?? (values as string[]),
    write: (data, index) => data[index],
  },
};

type NumberArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;

function numeric(
  datatype: string,
  expects: string,
  fits: (value: unknown) => boolean,
  make: (length: number) => NumberArray,
): TensorType {
  return {
    datatype,
    expects,
    read: (values) => {
      const unfit = firstUnfit(values, fits);
      if (unfit !== undefined) return unfit;
      const data = make(values.length);
      data.set(values as readonly number[]);
      return data;
    },
    write: (data, index) => data[index],
  };
}

function integer(
  datatype: string,
  min: number,
  max: number,
  make: (length: number) => NumberArray,
): TensorType {
  const fits = (value: unknown) => Number.isInteger(value) && Number(value) >= min && Number(value) <= max;
  return numeric(datatype, `a whole number from ${min} to ${max}`, fits, make);
}

function bigInteger(
  datatype: string,
  min: number,
  make: (length: number) => BigInt64Array | BigUint64Array,
): TensorType {
  const fits = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= min;
  return {
    datatype,
    expects: min < 0 ? 'a whole number' : 'a whole number, not negative',
    read: (values) => {
      const unfit = firstUnfit(values, fits);
      if (unfit !== undefined) return unfit;
      const data = make(values.length);
      values.forEach((value, index) => {
        data[index] = BigInt(Number(value));
      });
      return data;
    },
    // JSON has no big integers; what a double cannot hold exactly is written as text.
    write: (data, index) => {
      const value = Number(data[index]);
      return Number.isSafeInteger(value) ? value : String(data[index]);
    },
  };
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number';
}

function firstUnfit(values: readonly unknown[], fits: (value: unknown) => boolean): number | undefined {
  const index = values.findIndex((value) => !fits(value));
  return index < 0 ? undefined : index;
}
