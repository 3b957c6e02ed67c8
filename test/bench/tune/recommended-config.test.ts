import { describe, expect, it } from 'vitest';
import { recommendedConfig } from '../../../src/bench/tune/recommended-config.js';
import { readModelConfig } from '../../../src/config/model-config.js';

const CANDIDATE = { workers: 2, threads: 3, batchSize: 8, batchDelayMs: 5 };

describe('a recommended model-config.yaml', () => {
  it('keeps everything else, comments included', () => {
    const text = recommendedConfig(
      '# ours\nminWorkers: 1 # few\nresponseTimeout: 7\n\nhandler:\n  name: onnx\n  mean: [0.3]\n',
      CANDIDATE,
    );
    expect(text).toContain('# ours\n');
    expect(text).toContain('responseTimeout: 7\n');
    expect(text).toContain('  mean: [0.3]\n');
    expect(readModelConfig(text, 'x').config).toEqual({
      minWorkers: 2,
      maxWorkers: 2,
      batchSize: 8,
      maxBatchDelay: 5,
      threads: 3,
      responseTimeout: 7,
    });
    expect(readModelConfig(text, 'x').problems).toEqual([]);
  });

  it.each(['', '# nothing yet\n'])('begins anew where there is none: %j', (before) => {
    const text = recommendedConfig(before, CANDIDATE);
    expect(readModelConfig(text, 'x').config).toMatchObject({ minWorkers: 2, threads: 3 });
  });

  it('leaves the delay alone when nothing is gathered', () => {
    const text = recommendedConfig('maxBatchDelay: 30\n', { ...CANDIDATE, batchSize: 1 });
    expect(readModelConfig(text, 'x').config).toMatchObject({ batchSize: 1, maxBatchDelay: 30 });
  });
});
