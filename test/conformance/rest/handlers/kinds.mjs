/** Returns a value of another type according to the request body. */
const KINDS = {
  str: 'plain text',
  unicode: 'zürich 你好',
  bytes: Buffer.from([0, 1, 0xfe, 0xff]),
  bytearray: Buffer.from('array'),
  dict: { b: 1, a: [1, 2.5, null, true] },
  list: [1, 'two', { three: 3 }],
  int: 42,
  float: 2.5,
  true: true,
  none: null,
  empty: '',
  emptydict: {},
  big: 'y'.repeat(200_000),
  nested: { u: 'é', l: [[], {}] },
};

export function handle(data) {
  return data.map((row) => {
    const word = String(row.body ?? row.data);
    if (!(word in KINDS)) throw new Error(`no kind ${word}`);
    return KINDS[word];
  });
}
