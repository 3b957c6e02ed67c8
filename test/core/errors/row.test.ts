import { describe, expect, it } from 'vitest';
import { type ErrorRow, errorRows } from '../../../src/core/errors/row.js';
import { ERRORS } from '../../../src/core/errors.js';

describe('the rows of the error table', () => {
  it('are handed on as they were written', () => {
    const rows = errorRows({
      A: { status: 400, grpc: 'INVALID_ARGUMENT', type: 'T', message: 'no {thing}' },
    });
    expect(rows.A.message).toBe('no {thing}');
  });

  it('have a status, a type and a message, and say nothing twice', () => {
    for (const [code, row] of Object.entries<ErrorRow>(ERRORS)) {
      expect(code).toMatch(/^[A-Z][A-Z0-9_]+$/);
      expect(row.status, code).toBeGreaterThanOrEqual(400);
      expect(row.status, code).toBeLessThan(600);
      expect(row.type, code).not.toBe('');
      expect(row.message, code).not.toBe('');
    }
  });
});
