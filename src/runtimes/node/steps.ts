import type { WireJob } from '../../wire/frames.js';
import type { WorkerContext } from './context.js';
import type { Handler, RequestData } from './handler.js';
import { PredictionException } from './prediction-exception.js';

/** nginx's word for it; nobody reads it, since the client has gone. */
const CLIENT_GONE = 499;

/**
 * Calls what a handler has for a verb: its own `handle`, or the steps one after another. What comes back is still
 * unchecked: a list, a promise of one, or a stream of lists.
 */
export function callHandler(
  handler: Handler,
  verb: WireJob['verb'],
  requests: readonly RequestData[],
  context: WorkerContext,
): unknown {
  if (verb === 'describe') return describe(handler, context);
  if (verb === 'explain') return explain(handler, requests, context);
  if (handler.handle) return handler.handle(requests, context);
  return runSteps(handler, requests, context);
}

/** A handler that says nothing of itself describes itself as null, like TorchServe's BaseHandler. */
async function describe(handler: Handler, context: WorkerContext): Promise<readonly unknown[]> {
  return [(await handler.describeHandle?.(context)) ?? null];
}

async function explain(
  handler: Handler,
  requests: readonly RequestData[],
  context: WorkerContext,
): Promise<unknown> {
  if (!handler.explainHandle)
    throw new PredictionException(
      'The handler of this model does not explain: it has no explainHandle().',
      501,
    );
  const prepared = handler.preprocess ? await handler.preprocess(requests, context) : requests;
  return handler.explainHandle(prepared, requests, context);
}

async function runSteps(
  handler: Handler,
  requests: readonly RequestData[],
  context: WorkerContext,
): Promise<unknown> {
  let value: unknown = requests;
  for (const step of ['preprocess', 'inference', 'postprocess'] as const) {
    if (context.abandoned) throw new PredictionException('The client has gone.', CLIENT_GONE);
    if (handler[step]) value = await timed(step, context, () => handler[step]?.(value as never, context));
  }
  return value;
}

/** TorchServe's `handler.profile`: the time of every step as a metric. */
async function timed(step: string, context: WorkerContext, run: () => unknown): Promise<unknown> {
  const section = context.modelYamlConfig.handler;
  if (!(section instanceof Object && 'profile' in section && section.profile)) return run();
  const begun = performance.now();
  const value = await run();
  context.metrics.time(`ts_handler_${step}`, performance.now() - begun);
  return value;
}
