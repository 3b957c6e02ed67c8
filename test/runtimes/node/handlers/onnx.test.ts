import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { OnnxHandler } from '../../../../src/runtimes/node/handlers/onnx.js';
import { configOf, contextFor, MODELS } from '../test-context.js';
import { WorkerProcess } from '../worker-process.js';

interface Wine {
  readonly measurements: readonly number[];
  readonly grower: number;
}

const wines = JSON.parse(readFileSync(join(MODELS, 'wine/test.json'), 'utf8')) as Wine[];
const wine = { directory: join(MODELS, 'wine'), modelConfig: configOf('wine') };
const everyType = { directory: join(MODELS, 'every-type') };

let worker: WorkerProcess | undefined;

afterEach(async () => {
  await worker?.stop();
  worker = undefined;
});

async function start(options: typeof wine | typeof everyType): Promise<WorkerProcess> {
  worker = await WorkerProcess.load(options);
  return worker;
}

const jsonAsk = (value: unknown) => ({ type: 'application/json', body: JSON.stringify(value) });

describe('the onnx handler', () => {
  it('tells the growers of held-out wines apart, as many requests in one batch', async () => {
    const served = await start(wine);
    const told = await served.batch(
      wines.map(({ measurements }) => jsonAsk({ measurements: [measurements] })),
    );
    const growers = told.map(({ body }) => (JSON.parse(body.toString()) as { grower: number[] }).grower[0]);
    const right = growers.filter((grower, at) => grower === wines[at]?.grower).length;
    expect(right / wines.length).toBeGreaterThanOrEqual(0.95);
  });

  it('gives a request of a batch the very answer it gets alone', async () => {
    const served = await start(wine);
    const asks = wines
      .slice(0, 3)
      .map(({ measurements }) => jsonAsk({ measurements: [measurements, measurements] }));
    const together = await served.batch(asks);
    for (const [at, ask] of asks.entries()) {
      const alone = await served.ask(ask);
      expect(JSON.parse(together[at]?.body.toString() ?? '')).toEqual(JSON.parse(alone.body.toString()));
      expect(alone.answer.headers).toEqual({ 'content-type': 'application/json' });
    }
  });

  it('fails a request that does not fit alone, with 400 and what the model expects', async () => {
    const served = await start(wine);
    const good = jsonAsk({ measurements: [wines[0]?.measurements] });
    const told = await served.batch([good, jsonAsk({ measurements: [[1, 2]] }), { body: 'no json' }, good]);
    expect(told.map(({ answer }) => answer.status)).toEqual([200, 400, 400, 200]);
    expect(told[1]?.answer.error).toBe(
      'Input "measurements" has the shape [1,2]; the model expects measurements: float32 [batch, 13].',
    );
    expect(told[2]?.answer.error).toBe('The body is not JSON.');
    expect(told[0]?.body.toString()).toBe(told[3]?.body.toString());
  });

  it('reads and writes every type', async () => {
    const served = await start(everyType);
    const inputs = {
      half: [[0.5, -2]],
      single: [[1.5, 3]],
      double: [[0.1, 1e300]],
      small: [[-128, 127]],
      whole: [[-7, 2 ** 31 - 1]],
      big: [[-5, 2 ** 53 - 1]],
      flag: [[true, false]],
      text: [['é', '']],
    };
    const { body, answer } = await served.ask(jsonAsk(inputs));
    expect(answer.error).toBeUndefined();
    const outputs = JSON.parse(body.toString()) as Record<string, unknown>;
    for (const [name, value] of Object.entries(inputs)) expect(outputs[`${name}_out`]).toEqual(value);
  });

  it('answers in the Open Inference Protocol when it is asked in it', async () => {
    const served = await start(wine);
    const data = wines[0]?.measurements ?? [];
    const inputs = [{ name: 'measurements', datatype: 'FP32', shape: [1, 13], data }];
    const { outputs } = JSON.parse((await served.ask(jsonAsk({ inputs }))).body.toString()) as {
      outputs: { name: string; datatype: string; shape: number[] }[];
    };
    expect(outputs.map(({ name, datatype, shape }) => ({ name, datatype, shape }))).toEqual([
      { name: 'grower', datatype: 'INT64', shape: [1] },
      { name: 'chances', datatype: 'FP32', shape: [1, 3] },
    ]);
  });

  it('takes an input per part of a form, and JSON that does not say so', async () => {
    const served = await start(wine);
    const row = Buffer.from(JSON.stringify([wines[0]?.measurements]));
    const form = await served.ask({ parts: [{ name: 'measurements', type: '', bytes: row }] });
    const bare = await served.ask({ body: row });
    expect(form.answer.status).toBe(200);
    expect(form.body.toString()).toBe(bare.body.toString());
    expect((await served.ask({ parts: [] })).answer).toMatchObject({
      status: 400,
      error: expect.stringContaining('form without parts'),
    });
  });

  it('describes the model’s signature', async () => {
    const served = await start(wine);
    const { inputs } = JSON.parse((await served.ask({ verb: 'describe', parts: [] })).body.toString()) as {
      inputs: unknown[];
    };
    expect(inputs).toEqual([{ name: 'measurements', type: 'float32', shape: ['batch', 13] }]);
  });

  it('joins requests or runs them one by one, as the configuration says, with equal answers', async () => {
    const data = wines.slice(0, 4).map(({ measurements }) => ({ body: [measurements] }));
    const answers = await Promise.all(
      [true, false].map(async (joinRequests) => {
        const handler = new OnnxHandler();
        const context = contextFor(
          { ...wine, modelConfig: { handler: { joinRequests } } },
          data.map(() => ({})),
        );
        await handler.initialize(context);
        return handler.inference(handler.preprocess(data), context);
      }),
    );
    const growers = answers.map((each) =>
      each.map((text) => (JSON.parse(String(text)) as { grower: unknown }).grower),
    );
    expect(growers[0]).toEqual(growers[1]);
  });
});
