import { describe, expect, it } from 'vitest';
import { encodeFrame } from '../../src/wire/encode.js';
import { FRAME_TYPES } from '../../src/wire/frames.js';
import { readGoldenFrames } from './golden-frames.js';

describe('encodeFrame', () => {
  it.each(readGoldenFrames())('writes $file byte for byte', ({ type, id, header, bodies, bytes }) => {
    const pieces = encodeFrame(
      type,
      id,
      header,
      bodies.map((text) => Buffer.from(text)),
    );
    expect(Buffer.concat(pieces).toString('hex')).toBe(bytes.toString('hex'));
  });

  it('has a golden frame of every type', () => {
    const types = new Set(readGoldenFrames().map((frame) => frame.type));
    expect([...types].sort()).toEqual(Object.keys(FRAME_TYPES).sort());
  });

  it('copies small bodies behind the header, so that a small frame is one write', () => {
    const body = Buffer.alloc(1000, 'x');
    const pieces = encodeFrame('CHUNK', 1, { job: 0, status: 200, reason: '', headers: {} }, [body, body]);
    expect(pieces).toHaveLength(1);
  });

  it('hands large bodies on uncopied', () => {
    const body = Buffer.alloc(100_000, 'x');
    const [, ...bodies] = encodeFrame('CHUNK', 1, { job: 0, status: 200, reason: '', headers: {} }, [body]);
    expect(bodies).toHaveLength(1);
    expect(bodies[0]).toBe(body);
  });

  it('refuses a frame whose length does not fit its prefix', () => {
    const large = { length: 2 ** 31 } as unknown as Buffer;
    expect(() =>
      encodeFrame('CHUNK', 1, { job: 0, status: 200, reason: '', headers: {} }, [large, large]),
    ).toThrow(RangeError);
  });
});
