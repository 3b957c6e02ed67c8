import { describe, expect, it } from 'vitest';
import { readSystemProfiler } from '../../src/devices/metal.js';

describe('what system_profiler prints', () => {
  it('is read by the processors that can do Metal', () => {
    const text = JSON.stringify({
      SPDisplaysDataType: [
        { sppci_model: 'Apple M3', spdisplays_mtlgpufamilysupport: 'spdisplays_metal3' },
        { sppci_model: 'Old card' },
      ],
    });
    expect(readSystemProfiler(text)).toEqual([{ type: 'metal', index: 0, name: 'Apple M3' }]);
  });

  it.each(['', 'null', '[]', '{"SPDisplaysDataType": "none"}', '{"SPDisplaysDataType": [null]}', 'junk'])(
    'may be no list: %j',
    (text) => {
      expect(readSystemProfiler(text)).toEqual([]);
    },
  );
});
