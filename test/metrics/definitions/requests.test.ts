import { describe, expect, it } from 'vitest';
import { requestMetrics } from '../../../src/metrics/definitions/requests.js';
import { recorded } from './recording.js';

describe('the counters of REST answers', () => {
  it.each([
    [200, 'Requests2XX'],
    [202, 'Requests2XX'],
    [404, 'Requests4XX'],
    [499, 'Requests4XX'],
    [500, 'Requests5XX'],
    [301, 'Requests5XX'],
    [100, 'Requests5XX'],
  ])('count a status of %i as %s', (status, name) => {
    const records = recorded(requestMetrics, (hub) =>
      hub.emit('http.answered', {
        remote: '/127.0.0.1:1',
        method: 'GET',
        uri: '/ping',
        protocol: 'HTTP/1.1',
        status,
        durationMs: 1,
      }),
    );
    expect(records).toEqual([[name, ['Host'], 1]]);
  });
});
