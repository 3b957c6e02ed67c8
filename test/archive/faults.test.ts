import { describe, expect, it } from 'vitest';
import { describeFault } from '../../src/archive/faults.js';

describe('a system error', () => {
  it('is told in words, or by its code, or by its message', () => {
    expect(describeFault(Object.assign(new Error('x'), { code: 'ENOSPC' }))).toBe('the disk is full');
    expect(describeFault(Object.assign(new Error('x'), { code: 'EIO' }))).toBe('EIO');
    expect(describeFault(new Error('odd'))).toBe('odd');
  });
});
