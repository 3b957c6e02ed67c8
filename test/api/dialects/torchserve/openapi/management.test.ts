import { describe, expect, it } from 'vitest';
import { MANAGEMENT_PATHS } from '../../../../../src/api/dialects/torchserve/openapi/management.js';

describe('the description of management', () => {
  it('names every operation once', () => {
    const ids = Object.values(MANAGEMENT_PATHS).flatMap((path) =>
      Object.values(path).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toContain('version_setAutoScale');
  });

  it('asks for the version only where the path has one', () => {
    const names = (path: string, method: string) =>
      MANAGEMENT_PATHS[path]?.[method]?.parameters.filter((one) => one.in === 'path').map(({ name }) => name);
    expect(names('/models/{model_name}', 'put')).toEqual(['model_name']);
    expect(names('/models/{model_name}/{model_version}', 'put')).toEqual(['model_name', 'model_version']);
  });

  it('requires nothing but the url to register', () => {
    const required = MANAGEMENT_PATHS['/models']?.post?.parameters.filter((one) => one.required);
    expect(required?.map(({ name }) => name)).toEqual(['url']);
  });
});
