/** A protobuf field with bytes in it. */
function field(number: number, content: Buffer | string): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Buffer.from([...bytes, rest]);
}

function tensor(location: string): Buffer {
  const entry = (key: string, value: string) => field(13, Buffer.concat([field(1, key), field(2, value)]));
  return Buffer.concat([
    field(8, 'W'),
    entry('location', location),
    entry('length', '4'),
    varint(14 * 8),
    varint(1),
  ]);
}

/** The bones of an ONNX model: large weights of its own first, then tensors kept in the named files, the last in a branch. */
export function onnxWithData(locations: readonly string[], weights: Buffer): Buffer {
  const own = field(5, Buffer.concat([field(8, 'big'), field(9, weights)]));
  const outer = locations.slice(0, -1).map((location) => field(5, tensor(location)));
  const [last = ''] = locations.slice(-1);
  const branch = field(6, field(5, tensor(last)));
  const node = field(1, Buffer.concat([field(4, 'If'), field(5, Buffer.concat([field(1, 'then'), branch]))]));
  return Buffer.concat([varint(8), varint(9), field(7, Buffer.concat([own, ...outer, node]))]);
}
