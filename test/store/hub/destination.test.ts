import { describe, expect, it } from 'vitest';
import { isLocked } from '../../../src/store/hub/destination.js';
import type { HubFile } from '../../../src/store/hub/hub-file.js';

describe('the lock of a download', () => {
  it('is taken for large files only', () => {
    expect(isLocked({ sizeBytes: 1_000_000 } as HubFile)).toBe(false);
    expect(isLocked({ sizeBytes: 100_000_000 } as HubFile)).toBe(true);
  });
});
