import { describe, expect, it } from 'vitest';
import {
  errors,
  object,
  pathParameter,
  queryParameter,
  statuses,
  text,
} from '../../../../../src/api/dialects/torchserve/openapi/schema.js';

describe('the words of an API description', () => {
  it('require every property of an object but the optional ones', () => {
    expect(object({ a: text('A'), b: text('B') }, ['b']).required).toEqual(['a']);
  });

  it('give every operation the answer 500', () => {
    expect(Object.keys(errors({ 404: 'Gone' }))).toEqual(['404', '500']);
  });

  it('tell status objects from error objects', () => {
    const bodyOf = (response: Record<string, { content?: Record<string, { schema: object }> }>) =>
      Object.values(response)[0]?.content?.['application/json']?.schema;
    expect(bodyOf(statuses({ 200: 'OK' }))).toMatchObject({ required: ['status'] });
    expect(bodyOf(errors())).toMatchObject({ required: ['code', 'type', 'message'] });
  });

  it('require what stands in a path and not what stands in a query', () => {
    expect(pathParameter('m', 'M')).toMatchObject({ in: 'path', required: true });
    expect(queryParameter('q', 'Q', { type: 'string' })).toMatchObject({ in: 'query', required: false });
  });
});
