/** Tells how a request reached the handler, in the words of the Python original: one JSON row per request. */
export function handle(data) {
  return data.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, show(value)])),
  );
}

function show(value) {
  if (!Buffer.isBuffer(value)) return { type: pythonName(value), value };
  const text = value.toString('utf8');
  if (Buffer.from(text).equals(value)) return { type: 'bytearray', text };
  return { type: 'bytearray', hex: value.toString('hex') };
}

function pythonName(value) {
  if (value === null) return 'NoneType';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  return { string: 'str', boolean: 'bool', object: 'dict' }[typeof value];
}
