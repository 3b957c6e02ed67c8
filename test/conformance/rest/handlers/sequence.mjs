/** Keeps a sum per sequence. */
const sums = new Map();

export function handle(data, context) {
  return data.map((row, idx) => {
    const name = context.getSequenceId(idx);
    if (context.getRequestHeader(idx, 'ts_request_sequence_start') === 'true') sums.set(name, 0);
    const sum = (sums.get(name) ?? 0) + Number(String(row.data ?? row.body));
    sums.set(name, sum);
    if (context.getRequestHeader(idx, 'ts_request_sequence_end') === 'true') sums.delete(name);
    return String(sum);
  });
}
