import { setTimeout as sleep } from 'node:timers/promises';

/** Answers with the size of the batch the request came in. */
export async function handle(data, context) {
  await sleep(context.modelYamlConfig.handler?.delay_ms ?? 0);
  return data.map(() => ({ batch: data.length }));
}
