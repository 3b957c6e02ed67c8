import { describe, expect, it } from 'vitest';
import { readRocmSmi } from '../../src/devices/rocm.js';

describe('what rocm-smi prints', () => {
  it('is read by its cards', () => {
    const text =
      'device,Card Series,Card Model\ncard1,AMD Instinct MI300X,0x74a1\ncard0,AMD Instinct MI210,0x740f\n\n';
    expect(readRocmSmi(text)).toEqual([
      { type: 'rocm', index: 0, name: 'AMD Instinct MI210' },
      { type: 'rocm', index: 1, name: 'AMD Instinct MI300X' },
    ]);
  });

  it('may be no list', () => {
    expect(readRocmSmi('ERROR: GPU[0] not supported\ncardboard,1')).toEqual([]);
  });
});
