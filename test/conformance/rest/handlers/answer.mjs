/** Sets status, headers and content type of the answer through the context. */
export function handle(data, context) {
  return data.map((row, idx) => {
    const order = Buffer.isBuffer(row.body) ? JSON.parse(row.body.toString() || '{}') : (row.body ?? {});
    if (order.type !== undefined) context.setResponseContentType(idx, order.type);
    for (const [name, value] of Object.entries(order.headers ?? {}))
      context.setResponseHeader(idx, name, value);
    if (order.status !== undefined) context.setResponseStatus(order.status, order.phrase ?? '', idx);
    if (order.all !== undefined) context.setAllResponseStatus(order.all, order.phrase ?? '');
    if (!order.ask) return order.body ?? 'answered';
    return Object.fromEntries(order.ask.map((name) => [name, context.getRequestHeader(idx, name) ?? null]));
  });
}

/** Not an object: the server shows such a description as an empty one. */
export function describeHandle() {
  return 'an answer';
}
