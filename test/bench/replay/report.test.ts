import { describe, expect, it } from 'vitest';
import type { Replay } from '../../../src/bench/replay/replay.js';
import { printReplay, replayJson } from '../../../src/bench/replay/report.js';
import { summarize } from '../../../src/bench/sample.js';

const TARGET = {
  url: 'http://a:1',
  sent: 3,
  statuses: { 200: 2, 503: 1 },
  unanswered: 0,
  succeeded: 2,
  fault: 'status 503: busy',
  latency: summarize([5, 20]),
};
const DEAD = {
  ...TARGET,
  url: 'http://b:1',
  statuses: {},
  unanswered: 3,
  succeeded: 0,
  latency: summarize([]),
};
const REPLAY: Replay = {
  facts: {
    date: '2026-01-01T00:00:00.000Z',
    version: '1.2.3',
    commit: 'abc',
    node: 'v20',
    system: 'linux',
    cpu: 'CPU',
    cores: 2,
    memoryBytes: 1,
  },
  demand: {
    file: 'requests.jsonl',
    to: 'http://a:1',
    diff: 'http://b:1',
    pace: { kind: 'recorded', factor: 2 },
    connections: 8,
    timeoutMs: 1000,
    tolerance: 1e-5,
    headers: { authorization: 's3cret' },
    skipBroken: true,
  },
  endedAlone: false,
  recording: { requests: 4, leftOut: 2, broken: [7] },
  seconds: 1.25,
  latestMs: 2,
  targets: [TARGET, DEAD],
  comparison: {
    compared: 3,
    different: 12,
    differences: Array.from({ length: 12 }, (_, index) => ({
      line: index + 1,
      method: 'POST',
      path: '/predictions/noop',
      fault: '$ is 1 against 2',
    })),
  },
  interrupted: false,
};

describe('the report of a replay', () => {
  it('shows each server, and the first differences', () => {
    const text = printReplay(REPLAY);
    expect(text).toContain('requests.jsonl 2 times as fast as recorded: 3 of 4 requests in 1.3 s.\n');
    expect(text).toContain('2 more had bodies that were too long to be recorded.');
    expect(text).toContain('Passed over: 1 broken line.');
    expect(text).toMatch(/http:\/\/a:1 │ +3 │ +200: 2, 503: 1 │ +0 │ +5\.00 │ +20\.0 │ +20\.0/);
    expect(text).toMatch(/http:\/\/b:1 │ +3 │ +– │ +3 │ +– │ +– │ +–/);
    expect(text).toContain('12 of 3 answers differ:\n  line 1, POST /predictions/noop: $ is 1 against 2\n');
    expect(text).toContain('  and 2 more\n');
  });

  it('says what there was no need to say before', () => {
    const same = { compared: 3, different: 0, differences: [] };
    expect(printReplay({ ...REPLAY, comparison: same })).toContain('All 3 answers are the same.');
    expect(printReplay({ ...REPLAY, latestMs: 1500 })).toContain('The latest was sent 1500 ms late');
  });

  it('is there for programs too, without secrets of the command line', () => {
    const text = replayJson(REPLAY);
    expect(JSON.parse(text)).toMatchObject({
      format: 1,
      version: '1.2.3',
      file: 'requests.jsonl',
      pace: { kind: 'recorded', factor: 2 },
      recording: { requests: 4 },
      targets: [{ url: 'http://a:1', statuses: { 200: 2 } }, {}],
      comparison: { different: 12 },
    });
    expect(text).not.toContain('s3cret');
  });
});
