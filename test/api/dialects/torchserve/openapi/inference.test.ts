import { describe, expect, it } from 'vitest';
import { INFERENCE_PATHS, modelPaths } from '../../../../../src/api/dialects/torchserve/openapi/inference.js';

describe('the description of inference', () => {
  it('takes a body of any kind where it predicts', () => {
    const operation = INFERENCE_PATHS['/predictions/{model_name}']?.post;
    expect(operation?.requestBody).toMatchObject({ required: true, content: { '*/*': {} } });
    expect(Object.keys(operation?.responses ?? {})).toEqual(['200', '404', '500', '503']);
  });

  it('of a model has the path that TorchServe spells without its s', () => {
    expect(Object.keys(modelPaths('digits'))).toEqual([
      '/prediction/digits',
      '/v1/models/{model_name}:predict',
      '/v2/models/{model_name}/infer',
    ]);
    expect(modelPaths('digits')['/prediction/digits']?.post?.operationId).toBe('digits');
  });
});
