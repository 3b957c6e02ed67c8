import { describe, expect, it } from 'vitest';
import { createTally } from '../../../src/bench/replay/tally.js';

describe('what a server made of the requests', () => {
  it('counts statuses, and has latencies of what succeeded alone', () => {
    const tally = createTally('http://a');
    const body = Buffer.from('no\nworker');
    tally.add({ kind: 'answered', status: 200, body }, 5);
    tally.add({ kind: 'answered', status: 503, body }, 1);
    tally.add({ kind: 'unanswered', reason: 'gone' }, 1);
    tally.add({ kind: 'answered', status: 200, body }, 7);
    expect(tally.result()).toMatchObject({
      url: 'http://a',
      sent: 4,
      statuses: { 200: 2, 503: 1 },
      unanswered: 1,
      succeeded: 2,
      fault: 'status 503: no worker',
      latency: { count: 2, maxMs: 7 },
    });
  });

  it('has no fault when there was none', () => {
    expect(createTally('http://a').result()).toMatchObject({ sent: 0, fault: undefined });
  });
});
