import { describe, expect, it } from 'vitest';
import { formatProblem, keysWithoutEffect, readModelConfig } from '../../src/config/model-config.js';

function problemsOf(text: string): string[] {
  return readModelConfig(text, 'model-config.yaml').problems.map((problem) => formatProblem(problem, 'f'));
}

describe('a model-config.yaml', () => {
  it('gives the keys the server knows, and the whole document to the handler', () => {
    const text =
      'minWorkers: 1\nmaxWorkers: 2\nbatchSize: 8\nhandler:\n  profile: true\n  mine: [1]\npt2: inductor\n';
    expect(readModelConfig(text, 'f')).toEqual({
      config: { minWorkers: 1, maxWorkers: 2, batchSize: 8 },
      document: {
        minWorkers: 1,
        maxWorkers: 2,
        batchSize: 8,
        handler: { profile: true, mine: [1] },
        pt2: 'inductor',
      },
      problems: [],
    });
  });

  it('is in order when it is empty', () => {
    expect(readModelConfig('', 'f')).toEqual({ config: {}, document: {}, problems: [] });
  });

  it('says where a wrong value stands, and goes on without it', () => {
    const { config, problems } = readModelConfig('batchSize: four\nmaxBatchDelay: 5\n', 'f');
    expect(config).toEqual({ maxBatchDelay: 5 });
    expect(problems).toEqual([
      {
        severity: 'error',
        key: 'batchSize',
        line: 1,
        column: 12,
        message: '"batchSize" is "four" but must be a whole number of 1 or more',
      },
    ]);
  });

  it('warns of a key nobody knows, and names the nearest', () => {
    expect(problemsOf('handler: {}\nbatchsize: 3\nzzzz: 1\n')).toEqual([
      'f:2:1: warning: "batchsize" is not a key that the server or its handlers know; did you mean "batchSize"?',
      'f:3:1: warning: "zzzz" is not a key that the server or its handlers know',
    ]);
  });

  it('warns of a key that is set twice, of which the last counts', () => {
    const reading = readModelConfig('batchSize: 1\nbatchSize: 2\n', 'f');
    expect(reading.config.batchSize).toBe(2);
    expect(reading.problems).toMatchObject([{ severity: 'warning', line: 2, key: 'batchSize' }]);
  });

  it('checks the sections that handlers read', () => {
    expect(problemsOf('handler: 3\npt2: [1]\nmicro_batching: {}\n')).toEqual([
      'f:1:10: error: "handler" must be a map',
      'f:2:6: error: "pt2" must be a text or a map',
    ]);
  });

  it('takes the processes of torchrun for parallelLevel, whichever stands last', () => {
    const torchrun = 'torchrun:\n  nproc-per-node: 4\n';
    expect(readModelConfig(torchrun, 'f').config.parallelLevel).toBe(4);
    expect(readModelConfig(`parallelLevel: 2\n${torchrun}`, 'f').config.parallelLevel).toBe(4);
    expect(readModelConfig(`${torchrun}parallelLevel: 2\n`, 'f').config.parallelLevel).toBe(2);
    expect(problemsOf('torchrun:\n  nproc_per_node: 4\n  nnodes: two\n')).toEqual([
      'f:2:3: warning: "nproc_per_node" is not an option of torchrun; did you mean "nproc-per-node"?',
      'f:3:11: error: "nnodes" is "two" but must be a whole number',
    ]);
  });

  it('says when the counts of workers do not fit together', () => {
    expect(problemsOf('maxWorkers: 2\n')).toEqual([
      'f:1:1: warning: "maxWorkers" counts only when "minWorkers" is set',
    ]);
    expect(problemsOf('minWorkers: 3\nmaxWorkers: 2\n')).toEqual([
      'f:2:13: error: "maxWorkers" is 2 but must be at least "minWorkers" (3)',
    ]);
  });

  it('that is not YAML is one error with its place, and no configuration', () => {
    const reading = readModelConfig('batchSize: [1\n', 'model-config.yaml');
    expect(reading).toMatchObject({ config: {}, document: {}, problems: [{ severity: 'error', line: 2 }] });
    expect(reading.problems[0]?.message).toContain('model-config.yaml is not valid YAML');
  });

  it('ignores keys without a value', () => {
    expect(readModelConfig('batchSize:\nhandler:\n', 'f')).toMatchObject({ config: {}, problems: [] });
  });
});

describe('the keys without effect', () => {
  it('are none in this version', () => {
    const { config } = readModelConfig('batchSize: 2\ncontinuousBatching: true\nparallelLevel: 2\n', 'f');
    expect(keysWithoutEffect(config)).toEqual([]);
  });
});
