import { describe, expect, it } from 'vitest';
import { contextFor, job } from './test-context.js';

const options = { directory: '/models/test' };

describe('WorkerContext', () => {
  it('says what was loaded under TorchServe’s names', () => {
    const context = contextFor({
      directory: '/models/test',
      modelConfig: { handler: { topK: 2 } },
      manifest: { model: { modelName: 'test' } },
      load: { device: { type: 'cuda', index: 3 }, batchSize: 8, threads: 4 },
    });
    expect(context.modelName).toBe('test');
    expect(context.modelYamlConfig).toEqual({ handler: { topK: 2 } });
    expect(context.manifest).toEqual({ model: { modelName: 'test' } });
    expect(context.systemProperties).toEqual({
      model_dir: '/models/test',
      gpu_id: 3,
      batch_size: 8,
      server_name: 'MMS',
      server_version: '0.0.0',
      limit_max_image_pixels: true,
      device: 'cuda',
      threads: 4,
    });
  });

  it('has no GPU number on a CPU', () => {
    expect(contextFor(options).systemProperties.gpu_id).toBeNull();
  });

  it('gives ids, headers in their own letter case, and content types of the requests', () => {
    const parts = [{ name: 'image', type: 'image/png', size: 1 }];
    const context = contextFor(options, [
      job({ id: 'a', headers: { 'X-Name': 'Zoe' }, parts }),
      job({ id: 'b' }),
    ]);
    expect(context.requestIds).toEqual(['a', 'b']);
    expect(context.getRequestId(1)).toBe('b');
    expect(context.getRequestHeader(0, 'X-Name')).toBe('Zoe');
    expect(context.getRequestHeader(0, 'x-name')).toBeUndefined();
    expect(context.getRequestHeader(0, 'toString')).toBeUndefined();
    expect(context.getAllRequestHeaders(1)).toEqual({});
    expect(context.getRequestContentType(0, 'image')).toBe('image/png');
    expect(context.getRequestContentType(0, 'body')).toBeUndefined();
  });

  it('keeps what is said about each answer, and forgets it with the next batch', () => {
    const context = contextFor(options, [{}, {}]);
    context.setResponseStatus(202, 'Later', 1);
    context.setResponseHeader(1, 'x-rows', '7');
    context.setResponseContentType(0, 'text/csv');
    expect(context.getResponseStatus(1)).toEqual([202, 'Later']);
    expect(context.getResponseHeaders(1)).toEqual({ 'x-rows': '7' });
    expect(context.getResponseContentType(0)).toBe('text/csv');
    context.begin({ jobs: [job({}), job({})] }, new Set());
    expect(context.getResponseStatus(1)).toEqual([200, '']);
    expect(context.getResponseHeaders(1)).toEqual({});
  });

  it('sets one status for all', () => {
    const context = contextFor(options, [{}, {}]);
    context.setAllResponseStatus(206, 'Part');
    expect([0, 1].map((idx) => context.getResponseStatus(idx))).toEqual([
      [206, 'Part'],
      [206, 'Part'],
    ]);
  });

  it('refuses headers and statuses that HTTP could not carry, where the handler can be told', () => {
    const context = contextFor(options);
    expect(() => context.setResponseHeader(0, 'x-a', 'one\r\nx-b: two')).toThrow(TypeError);
    expect(() => context.setResponseHeader(0, 'x a', 'one')).toThrow(TypeError);
    expect(() => context.setResponseStatus(99)).toThrow(RangeError);
    expect(() => context.setResponseHeader(1, 'x-a', 'there is one request only')).toThrow(RangeError);
  });

  it('marks streamed answers with TorchServe’s header', () => {
    const context = contextFor(options);
    context.send('piece');
    expect(context.pieces).toEqual([[0, 'piece']]);
    expect(context.getResponseHeaders(0)).toEqual({ ts_stream_next: 'true' });
  });

  it('knows which clients have gone, also when they go during the batch', () => {
    const context = contextFor(options);
    const cancelled = new Set<number>();
    context.begin({ jobs: [job({}), job({})] }, cancelled);
    expect([context.isCancelled(0), context.abandoned]).toEqual([false, false]);
    cancelled.add(0);
    expect([context.isCancelled(0), context.abandoned]).toEqual([true, false]);
    cancelled.add(1);
    expect(context.abandoned).toBe(true);
  });

  it('names the sequence of a request', () => {
    const context = contextFor(options, [job({ headers: { ts_request_sequence_id: 's1' } }), job({})]);
    expect([context.getSequenceId(), context.getSequenceId(1)]).toEqual(['s1', undefined]);
  });
});
