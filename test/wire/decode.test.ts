import { describe, expect, it } from 'vitest';
import { joined } from '../../src/core/pieces.js';
import { FrameDecoder } from '../../src/wire/decode.js';
import { encodeFrame } from '../../src/wire/encode.js';
import type { Frame } from '../../src/wire/frames.js';
import { readGoldenFrames } from './golden-frames.js';

const golden = readGoldenFrames();
const stream = Buffer.concat(golden.map((frame) => frame.bytes));

type Gather = 'pieces' | 'whole';

function collect(maxFrameBytes = 1_000_000, gather?: Gather): { frames: Frame[]; decoder: FrameDecoder } {
  const frames: Frame[] = [];
  return { frames, decoder: new FrameDecoder(maxFrameBytes, (frame) => frames.push(frame), gather) };
}

function expectGolden(frames: readonly Frame[]): void {
  expect(frames.map(({ type, id, header }) => ({ type, id, header }))).toEqual(
    golden.map(({ type, id, header }) => ({ type, id, header })),
  );
  expect(frames.map((frame) => joined(frame.body).toString())).toEqual(
    golden.map((frame) => frame.bodies.join('')),
  );
}

describe('FrameDecoder', () => {
  it('reads the golden frames from one chunk', () => {
    const { frames, decoder } = collect();
    decoder.push(stream);
    expectGolden(frames);
  });

  it.each([1, 2, 3, 5, 13, 14, 15, 64, 333])('reads the golden frames from chunks of %i bytes', (size) => {
    for (const gather of ['pieces', 'whole'] as const) {
      const { frames, decoder } = collect(undefined, gather);
      for (let at = 0; at < stream.length; at += size) decoder.push(stream.subarray(at, at + size));
      expectGolden(frames);
    }
  });

  it('keeps a frame that spans chunks when the chunk buffer is used again, where frames are gathered whole', () => {
    const { frames, decoder } = collect(undefined, 'whole');
    const reused = Buffer.alloc(7);
    for (let at = 0; at < stream.length; at += 7) {
      const size = stream.copy(reused, 0, at, at + 7);
      decoder.push(reused.subarray(0, size));
    }
    expectGolden(frames);
  });

  it('gives a view, not a copy, of a frame that lies whole in a chunk', () => {
    const { frames, decoder } = collect();
    const header = { job: 0, status: 200, reason: '', headers: {} };
    const chunk = Buffer.concat(encodeFrame('CHUNK', 3, header, [Buffer.from('abc')]));
    decoder.push(chunk);
    chunk.fill('z', chunk.length - 3);
    expect(String(frames[0]?.body)).toBe('zzz');
  });

  it('keeps the large chunks of a frame as they came, or gathers them in one buffer', () => {
    const body = Buffer.alloc(200_000, 'ab');
    const bytes = Buffer.concat(
      encodeFrame('CHUNK', 3, { job: 0, status: 200, reason: '', headers: {} }, [body]),
    );
    for (const [gather, pieces] of [
      ['pieces', 4],
      ['whole', 1],
    ] as const) {
      const { frames, decoder } = collect(undefined, gather);
      for (let at = 0; at < bytes.length; at += 65_536) decoder.push(bytes.subarray(at, at + 65_536));
      const got = frames[0]?.body ?? [];
      expect(got.length).toBe(pieces);
      expect(joined(got).equals(body)).toBe(true);
      expect(got.at(-1)?.buffer === bytes.buffer).toBe(gather === 'pieces');
    }
  });

  it('refuses a frame above the limit before any of it is gathered', () => {
    const { frames, decoder } = collect(100);
    const prefix = Buffer.alloc(14);
    prefix.writeUInt32BE(4_000_000_000);
    expect(() => decoder.push(prefix)).toThrow(RangeError);
    expect(frames).toEqual([]);
  });

  it('refuses an unknown type, a header longer than its frame, and a frame too short for its prefix', () => {
    const unknown = Buffer.from('0000000c63000000000000000002' + '7b7d', 'hex');
    expect(() => collect().decoder.push(unknown)).toThrow('unknown frame type 99');
    const long = Buffer.from('0000000c09000000000000000009' + '7b7d', 'hex');
    expect(() => collect().decoder.push(long)).toThrow(SyntaxError);
    expect(() => collect().decoder.push(Buffer.from('00000001' + '09', 'hex'))).toThrow('too short');
  });

  it('refuses a header that is not JSON', () => {
    const bad = Buffer.from('0000000c09000000000000000002' + '7b7b', 'hex');
    expect(() => collect().decoder.push(bad)).toThrow(SyntaxError);
  });
});
