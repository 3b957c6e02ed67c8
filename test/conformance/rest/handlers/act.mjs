import { setTimeout as sleep } from 'node:timers/promises';

/** Does what the body asks for: fail, sleep, end the process, answer wrongly. */
export async function handle(data) {
  const out = [];
  for (const row of data) {
    const body = row.body ?? row.data ?? {};
    const order = Buffer.isBuffer(body)
      ? { do: body.toString() }
      : typeof body === 'string'
        ? { do: body }
        : body;
    const act = order.do ?? 'ok';
    if (act in FAILURES) FAILURES[act](order);
    if (act in WRONG) return WRONG[act](data);
    if (act === 'sleep') await sleep(order.ms ?? 1000);
    if (act === 'print') console.log(`printed: ${order.message ?? ''}`);
    if (act === 'unserialisable') out.push({ x: 1n });
    else out.push(act === 'pid' ? { pid: process.pid } : `did ${act}`);
  }
  return out;
}

const FAILURES = {
  raise: ({ message }) => {
    throw new TypeError(message ?? 'asked to fail');
  },
  cuda: () => {
    throw new Error('CUDA out of memory');
  },
  memory: () => {
    throw new RangeError('Array buffer allocation failed');
  },
  prediction: ({ message, code }) => {
    throw Object.assign(new Error(message ?? 'custom failure'), { errorCode: code ?? 513 });
  },
  'prediction-default': () => {
    throw Object.assign(new Error('default failure'), { errorCode: 500 });
  },
  exit: ({ code }) => process.exit(code ?? 1),
  sysexit: () => process.exit(3),
};

const WRONG = {
  short: () => [],
  long: (data) => Array(data.length + 1).fill('a'),
  string: () => 'not a list',
  dict: () => ({ not: 'a list' }),
  nothing: () => null,
};
