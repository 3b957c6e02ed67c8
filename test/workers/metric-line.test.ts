import { describe, expect, it } from 'vitest';
import { readMetricLine } from '../../src/workers/metric-line.js';

describe('a printed line', () => {
  it('is a metric when it is as TorchServe’s workers print them', () => {
    const line =
      '[METRICS]HandlerTime.Milliseconds:1.5|#ModelName:digits,Level:Model|#type:GAUGE|#hostname:here,1700000000,id-1,id-2';
    expect(readMetricLine(line)).toEqual({
      name: 'HandlerTime',
      unit: 'Milliseconds',
      value: 1.5,
      type: 'gauge',
      dimensions: { ModelName: 'digits', Level: 'Model' },
      requestIds: ['id-1', 'id-2'],
    });
  });

  it('is one also behind the mark of a logger, without type, ids or dimensions, and with any number', () => {
    expect(readMetricLine('INFO > [METRICS]Seen times.Count:1|#|#hostname:here,1')).toEqual({
      name: 'Seen times',
      unit: 'Count',
      value: 1,
      type: 'counter',
      dimensions: {},
      requestIds: [],
    });
    expect(readMetricLine('[METRICS]N.u:-1e-3|#|#hostname:h,1')?.value).toBe(-0.001);
    expect(readMetricLine('[METRICS]N.u:1,000|#|#hostname:h,1')?.value).toBe(1000);
  });

  it('leaves out what is no pair among the dimensions', () => {
    expect(readMetricLine('[METRICS]N.u:1|#a:b,c,d:e:f|#hostname:h,1')?.dimensions).toEqual({ a: 'b' });
  });

  it('is text otherwise', () => {
    const lines = [
      'Faces found: 3',
      '[METRICS]',
      '[METRICS]Failed to update metric with name: N',
      '[METRICS]N.u:x|#|#hostname:h,1',
      '[METRICS]N.u:|#|#hostname:h,1',
      '[METRICS]N-1.u:1|#|#hostname:h,1',
      '[METRICS]N.u:1|#|#type:SUMMARY|#hostname:h,1',
      '[METRICS]N.u:1|#|#hostname:h,now',
      ' [METRICS]N.u:1|#|#hostname:h,1',
    ];
    for (const line of lines) expect(readMetricLine(line)).toBeUndefined();
  });
});
