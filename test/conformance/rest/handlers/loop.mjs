/** Every call makes one step of each request until it has made as many as asked. */
const state = new Map();

export function handle(data, context) {
  const steps = data.map((row, idx) => {
    const id = context.getRequestId(idx);
    const { done, wanted } = state.get(id) ?? { done: 0, wanted: Number(String(row.data ?? row.body)) };
    state.set(id, { done: done + 1, wanted });
    return { done: done + 1, wanted };
  });
  context.stoppingCriteria = steps.map(
    ({ done, wanted }) =>
      () =>
        done >= wanted,
  );
  return steps.map(({ done }) => `step ${done};`);
}
