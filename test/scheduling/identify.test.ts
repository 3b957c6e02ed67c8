import { describe, expect, it } from 'vitest';
import { identify } from '../../src/scheduling/identify.js';
import { makeRequest } from '../workers/fixtures/stage.js';

const NAMES = { id: 'x-seq', start: 'x-seq-start', end: 'x-seq-end' };

describe('the sequence of a request', () => {
  it('is the one its header names', () => {
    const request = identify(makeRequest({ 'x-seq': 's1', other: 'y' }), NAMES);
    expect(request).toMatchObject({ sequenceId: 's1', headers: { 'x-seq': 's1', other: 'y' } });
    expect(request.headers).not.toHaveProperty('x-seq-start');
  });

  it('is the one its API has read, told to the handler by the header', () => {
    const request = identify({ ...makeRequest(), sequenceId: 's2' }, NAMES);
    expect(request).toMatchObject({ sequenceId: 's2', headers: { 'x-seq': 's2' } });
  });

  it.each<Record<string, string>>([{}, { 'x-seq': '' }])('is a new one if it names none: %j', (headers) => {
    const one = identify(makeRequest(headers), NAMES);
    const other = identify(makeRequest(headers), NAMES);
    expect(one.sequenceId).toMatch(/^ts-seq-[0-9a-f-]{36}$/);
    expect(one.headers).toMatchObject({ 'x-seq': one.sequenceId, 'x-seq-start': 'true' });
    expect(other.sequenceId).not.toBe(one.sequenceId);
  });

  it('is found whatever the letter case of the headers', () => {
    const headers = { 'X-Seq': 's3', 'X-SEQ-START': 'true', 'x-seq-end': 'no', 'X-Seq-End': 'true' };
    const request = identify(makeRequest(headers), NAMES);
    expect(request.sequenceId).toBe('s3');
    expect(request.headers).toEqual({ ...headers, 'x-seq': 's3', 'x-seq-start': 'true' });
  });

  it('is none for a description', () => {
    const request = { ...makeRequest({ 'x-seq': 's1' }), verb: 'describe' as const };
    expect(identify(request, NAMES)).toBe(request);
  });
});
