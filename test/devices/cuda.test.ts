import { describe, expect, it } from 'vitest';
import { readNvidiaSmi, visibleDevices, visibleNumbers } from '../../src/devices/cuda.js';

describe('what nvidia-smi prints', () => {
  it('is read with names and memory', () => {
    expect(readNvidiaSmi('0, NVIDIA H200, 143771\n1, NVIDIA A10G, 23028\n')).toEqual([
      { type: 'cuda', index: 0, name: 'NVIDIA H200', memoryBytes: 143771 * 1024 * 1024 },
      { type: 'cuda', index: 1, name: 'NVIDIA A10G', memoryBytes: 23028 * 1024 * 1024 },
    ]);
  });

  it('may have a header and numbers alone, in any order', () => {
    expect(readNvidiaSmi('index\r\n1\r\n0\r\n')).toEqual([
      { type: 'cuda', index: 0 },
      { type: 'cuda', index: 1 },
    ]);
  });

  it('may not know the memory', () => {
    expect(readNvidiaSmi('0, NVIDIA GB10, [N/A]')).toEqual([{ type: 'cuda', index: 0, name: 'NVIDIA GB10' }]);
  });

  it.each(['', 'No devices were found\n', '\0\u0001 junk 7\n-3\n1e3\n', 'NVIDIA-SMI has failed'])(
    'may be no list: %j',
    (text) => {
      expect(readNvidiaSmi(text)).toEqual([]);
    },
  );
});

describe('CUDA_VISIBLE_DEVICES', () => {
  it.each([
    [undefined, undefined],
    ['', undefined],
    [' ', undefined],
    ['0', [0]],
    ['2, 0,7', [2, 0, 7]],
    ['-1', []],
    ['1,-1,2', [1]],
  ])('%j names %j', (value, numbers) => {
    expect(visibleNumbers(value)).toEqual(numbers);
  });

  it.each(['GPU-8a1b', '0,MIG-22', '0,', 'all', '1.5'])('%j is refused as in TorchServe', (value) => {
    expect(() => visibleNumbers(value)).toThrow('Invalid configuration: CUDA_VISIBLE_DEVICES');
  });

  it('renumbers the devices, which keep their names', () => {
    const text = '0, a, 1\n1, b, 1\n2, c, 1';
    expect(visibleDevices([2, 1], { kind: 'text', text })).toEqual([
      { type: 'cuda', index: 0, name: 'c', memoryBytes: 1048576, physicalIndex: 2 },
      { type: 'cuda', index: 1, name: 'b', memoryBytes: 1048576 },
    ]);
  });

  it('is believed also where nvidia-smi is missing', () => {
    expect(visibleDevices([0, 3], { kind: 'missing' })).toEqual([
      { type: 'cuda', index: 0 },
      { type: 'cuda', index: 1, physicalIndex: 3 },
    ]);
  });
});
