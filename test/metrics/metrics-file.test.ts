import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { namesFor } from '../../src/metrics/definition.js';
import { DEFINITIONS } from '../../src/metrics/definitions/index.js';
import { readMetricsFile } from '../../src/metrics/metrics-file.js';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ts-metrics-file-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function read(text: string, mode: 'log' | 'prometheus' = 'prometheus') {
  const path = join(folder, 'metrics.yaml');
  writeFileSync(path, text);
  return readMetricsFile(path, namesFor(mode));
}

function refusalOf(text: string): Promise<string> {
  return read(text).then(
    () => 'nothing was refused',
    (thrown: Error) => thrown.message,
  );
}

const EXAMPLE = `
dimensions:
  - &model_name "ModelName"
  - &level "Level"
ts_metrics:
  counter:
    - name: Requests2XX
      unit: Answers
      dimensions: [Of, Box]
  histogram:
    - name: QueueTime
      unit: Milliseconds
      dimensions: [*level, "Hostname"]
  gauge:
model_metrics:
  counter:
    - name: Cats
      unit: count
      dimensions: [*model_name, *level, Colour]
  gauge:
    - name: Plain
      unit: ms
`;

describe('the metrics file', () => {
  it('says which of the server’s metrics are recorded, with its types, units and names of dimensions', async () => {
    const { definitions, warnings } = await read(EXAMPLE);
    const shapes = definitions.map(({ name, type, unit, dimensions, host }) => [
      name,
      type,
      unit,
      dimensions,
      host,
    ]);
    expect(shapes).toEqual([
      ['Requests2XX', 'counter', 'Answers', ['Of'], 'Box'],
      ['QueueTime', 'histogram', 'Milliseconds', ['Level'], 'Hostname'],
    ]);
    expect(warnings).toEqual([]);
  });

  it('says which metrics handlers may emit', async () => {
    const { modelMetrics } = await read(EXAMPLE);
    const dimensions = ['ModelName', 'Level', 'Colour'];
    expect(modelMetrics).toEqual([
      { name: 'Cats', type: 'counter', unit: 'count', dimensions, host: 'Hostname' },
      { name: 'Plain', type: 'gauge', unit: 'ms', dimensions: [], host: 'Hostname' },
    ]);
  });

  it('lets a metric of the server keep its dimensions when there are not as many, and says so', async () => {
    const { definitions, warnings } = await read(
      'ts_metrics: {gauge: [{name: WorkerLoadTime, unit: s, dimensions: [Level]}, {name: Own, unit: s}]}',
    );
    expect(definitions).toMatchObject([
      { name: 'WorkerLoadTime', unit: 's', dimensions: ['WorkerName', 'Level'], host: 'Hostname' },
    ]);
    expect(warnings).toEqual([
      expect.stringMatching(/the server has no metric Own\.$/),
      expect.stringMatching(/WorkerLoadTime keeps its dimensions, which are WorkerName, Level, Hostname\.$/),
    ]);
  });

  it('takes every metric of the server by its own name', async () => {
    const section: Record<string, unknown[]> = {};
    for (const { name, type, unit, dimensions, host } of DEFINITIONS) {
      section[type] ??= [];
      section[type]?.push({ name, unit, dimensions: [...dimensions, host] });
    }
    const { definitions, warnings } = await read(JSON.stringify({ ts_metrics: section }));
    expect(definitions).toEqual(DEFINITIONS);
    expect(warnings).toEqual([]);
  });

  it.each([
    ['counter: [', /not valid YAML: line \d+, column \d+/],
    ['model_metrics: [a]', /model_metrics must be a map of counter, gauge, histogram/],
    ['model_metrics: {speed: []}', /"speed", which is none of counter, gauge, histogram/],
    ['model_metrics: {gauge: 3}', /gauge of model_metrics must be a list/],
    ['model_metrics: {gauge: [3]}', /a gauge of model_metrics has nothing for a name/],
    ['model_metrics: {gauge: [{name: "a b", unit: ms}]}', /has "a b" for a name/],
    ['model_metrics: {gauge: [{name: A}]}', /A, a gauge of model_metrics, has nothing for a unit/],
    ['model_metrics: {gauge: [{name: A, unit: ""}]}', /has "" for a unit/],
    ['model_metrics: {gauge: [{name: A, unit: ms, dimensions: B}]}', /has "B" among its dimensions/],
    ['model_metrics: {gauge: [{name: A, unit: ms, dimensions: [B, 3]}]}', /has 3 among its dimensions/],
    ['model_metrics: {gauge: [{name: A, unit: ms, dimensions: [Hostname]}]}', /Hostname, which is added/],
    ['model_metrics: {gauge: [{name: QueueTime, unit: ms}]}', /QueueTime, which is a metric of the server/],
  ])('is refused when it says %s', async (text, reason) => {
    expect(await refusalOf(text)).toMatch(reason);
  });

  it('may use blanks in names where metrics are lines of the log', async () => {
    const text = 'model_metrics: {gauge: [{name: Two Words, unit: ms, dimensions: [a-b]}]}';
    const { modelMetrics } = await read(text, 'log');
    expect(modelMetrics).toMatchObject([{ name: 'Two Words', dimensions: ['a-b'] }]);
    await expect(read(text)).rejects.toMatchObject({ code: 'METRICS_FILE' });
  });

  it('is refused when it is missing or too long', async () => {
    await expect(readMetricsFile(join(folder, 'no.yaml'), namesFor('log'))).rejects.toMatchObject({
      code: 'METRICS_FILE',
      message: expect.stringContaining('no such file'),
    });
    expect(await refusalOf('#'.repeat(1_048_577))).toMatch(/it has 1048577 bytes/);
  });
});
