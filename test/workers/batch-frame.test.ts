import { describe, expect, it } from 'vitest';
import { Job } from '../../src/core/job.js';
import { FrameDecoder } from '../../src/wire/decode.js';
import type { Frame } from '../../src/wire/frames.js';
import { encodeBatch } from '../../src/workers/batch-frame.js';

describe('a batch on the wire', () => {
  it('names jobs and parts in order, with the bytes behind', () => {
    const parts = [
      { name: 'a', contentType: 'text/plain', pieces: [Buffer.from('o'), Buffer.from('ne')] },
      { name: 'b', contentType: '', pieces: [Buffer.from('three')], shape: [5], dtype: 'UINT8' },
    ];
    const request = { id: 'r1', model: 'm', verb: 'predict', headers: { X: 'y' }, parts } as const;
    const jobs = [request, { ...request, id: 'r2', verb: 'describe', parts: [] } as const].map(
      (made) => new Job(made, { admittedAt: 0 }),
    );
    const frames: Frame[] = [];
    const decoder = new FrameDecoder(10_000, (frame) => frames.push(frame));
    for (const buffer of encodeBatch({ id: 7, jobs, held: 0, pollUs: undefined })) decoder.push(buffer);
    expect(frames).toHaveLength(1);
    expect(frames[0]).toMatchObject({ type: 'BATCH', id: 7 });
    expect(frames[0]?.body.toString()).toBe('onethree');
    expect(frames[0]?.header).toEqual({
      jobs: [
        {
          id: 'r1',
          verb: 'predict',
          headers: { X: 'y' },
          parts: [
            { name: 'a', type: 'text/plain', size: 3 },
            { name: 'b', type: '', size: 5, shape: [5], dtype: 'UINT8' },
          ],
        },
        { id: 'r2', verb: 'describe', headers: { X: 'y' }, parts: [] },
      ],
    });
  });

  it('only names what the worker has kept from an earlier round', () => {
    const parts = [{ name: 'a', contentType: '', pieces: [Buffer.from('new')] }];
    const request = { id: 'r1', model: 'm', verb: 'explain', headers: { X: 'y' }, parts } as const;
    const jobs = [request, { ...request, id: 'r2' }].map((made) => new Job(made, { admittedAt: 0 }));
    const frames: Frame[] = [];
    const decoder = new FrameDecoder(10_000, (frame) => frames.push(frame));
    for (const buffer of encodeBatch({ id: 8, jobs, held: 1, pollUs: 300 })) decoder.push(buffer);
    expect(frames[0]?.header).toMatchObject({
      jobs: [
        { id: 'r1', verb: 'explain', headers: {}, parts: [], held: true },
        { id: 'r2', headers: { X: 'y' }, parts: [{ size: 3 }] },
      ],
      pollUs: 300,
    });
    expect(frames[0]?.body.toString()).toBe('new');
  });

  it('hands large bodies on uncopied', () => {
    const pieces = [Buffer.alloc(1_000_000), Buffer.alloc(500_000)];
    const parts = [{ name: 'a', contentType: '', pieces }];
    const job = new Job({ id: 'r', model: 'm', verb: 'predict', headers: {}, parts }, { admittedAt: 0 });
    expect(encodeBatch({ id: 1, jobs: [job], held: 0, pollUs: undefined }).slice(1)).toEqual(pieces);
  });
});
