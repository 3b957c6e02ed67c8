// A sum per sequence. The body is a number, or `pid`.
const { TS_REQUEST_SEQUENCE_ID, TS_REQUEST_SEQUENCE_START, TS_REQUEST_SEQUENCE_END } = process.env;
const sums = new Map();

export const handle = (data, context) => data.map(({ body }, idx) => add(idx, String(body), context));

function add(idx, word, context) {
  const name = context.getSequenceId(idx);
  context.setResponseHeader(idx, TS_REQUEST_SEQUENCE_ID, name);
  if (word === 'pid') return String(process.pid);
  const before =
    context.getRequestHeader(idx, TS_REQUEST_SEQUENCE_START) === 'true' ? 0 : (sums.get(name) ?? 0);
  sums.set(name, before + Number(word));
  if (context.getRequestHeader(idx, TS_REQUEST_SEQUENCE_END) === 'true')
    context.setResponseHeader(idx, TS_REQUEST_SEQUENCE_END, name);
  return String(sums.get(name));
}
