// Each call makes one step of every request, until it has made as many as asked; `stop` ends all others.
const left = new Map();

export function handle(data, context) {
  const words = data.map(({ body }) => (body === undefined ? '' : String(body)));
  context.requestIds.forEach((id, idx) => {
    if (words[idx]) left.set(id, words[idx] === 'stop' ? 0 : Number(words[idx]));
  });
  if (words.includes('stop')) for (const [id, count] of left) left.set(id, Math.min(count, 1));
  for (const id of context.requestIds) left.set(id, left.get(id) - 1);
  context.stoppingCriteria = context.requestIds.map((id) => () => left.get(id) <= 0);
  return data.map(() => `${data.length};`);
}
