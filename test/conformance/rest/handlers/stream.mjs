import { setTimeout as sleep } from 'node:timers/promises';

/** Sends pieces before the answer: the body says how many and, optionally, the pause between them in ms. */
export async function* handle(data, context) {
  const words = String(data[0].data ?? data[0].body ?? '3').split(/\s+/);
  const [count, pauseMs] = [Number(words[0]), Number(words[1] ?? 20)];
  if (words.includes('typed')) context.setResponseContentType(0, 'text/event-stream');
  for (let piece = 0; piece < count; piece += 1) {
    yield data.map(() => `piece ${piece};`);
    await sleep(pauseMs);
    if (words.includes('fail') && piece === 1) throw new Error('failed on the way');
  }
  return data.map(() => 'end');
}
