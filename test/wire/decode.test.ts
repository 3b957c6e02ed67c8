import { describe, expect, it } from 'vitest';
import { FrameDecoder } from '../../src/wire/decode.js';
import { encodeFrame } from '../../src/wire/encode.js';
import type { Frame } from '../../src/wire/frames.js';
import { readGoldenFrames } from './golden-frames.js';

const golden = readGoldenFrames();
const stream = Buffer.concat(golden.map((frame) => frame.bytes));
const CHUNK = { job: 0, status: 200, reason: '', headers: {} };

function collect(maxFrameBytes = 1_000_000): { frames: Frame[]; decoder: FrameDecoder } {
  const frames: Frame[] = [];
  return { frames, decoder: new FrameDecoder(maxFrameBytes, (frame) => frames.push(frame)) };
}

function expectGolden(frames: readonly Frame[]): void {
  expect(frames.map(({ type, id, header }) => ({ type, id, header }))).toEqual(
    golden.map(({ type, id, header }) => ({ type, id, header })),
  );
  expect(frames.map((frame) => frame.body.toString())).toEqual(golden.map((frame) => frame.bodies.join('')));
}

describe('FrameDecoder', () => {
  it('reads the golden frames from one chunk', () => {
    const { frames, decoder } = collect();
    decoder.push(stream);
    expectGolden(frames);
  });

  it.each([1, 2, 3, 5, 13, 14, 15, 64, 333])('reads the golden frames from chunks of %i bytes', (size) => {
    const { frames, decoder } = collect();
    for (let at = 0; at < stream.length; at += size) decoder.push(stream.subarray(at, at + size));
    expectGolden(frames);
  });

  it('gives frames that stay when the memory of the bytes is used again', () => {
    const { frames, decoder } = collect();
    const used = Buffer.alloc(333);
    for (let at = 0; at < stream.length; at += used.length) {
      decoder.push(used.subarray(0, stream.copy(used, 0, at)));
      used.fill('z');
    }
    expectGolden(frames);
  });

  it.each([1, 14, 333, 5000, 1 << 20])('takes what was read to its room, %i bytes at a time', (size) => {
    const { frames, decoder } = collect();
    const body = Buffer.alloc(200_000, 'abc');
    const long = Buffer.concat(encodeFrame('CHUNK', 3, CHUNK, [body]));
    const bytes = Buffer.concat([stream, long, long, stream]);
    for (let at = 0; at < bytes.length; ) {
      const count = bytes.copy(decoder.room(), 0, at, at + size);
      decoder.landed(count);
      at += count;
    }
    const end = golden.length;
    expectGolden(frames.slice(0, end));
    expect(frames.slice(end, end + 2).map((frame) => frame.body.equals(body))).toEqual([true, true]);
    expectGolden(frames.slice(end + 2));
  });

  it('has the rest of a long frame read to where it stays, and that of a short one together with others', () => {
    const { frames, decoder } = collect();
    const read = (bytes: Buffer): Buffer => {
      const room = decoder.room();
      decoder.landed(bytes.copy(room));
      return room;
    };
    const bytes = Buffer.concat(encodeFrame('CHUNK', 3, CHUNK, [Buffer.alloc(200_000)]));
    read(bytes.subarray(0, 100));
    const straight = read(bytes.subarray(100, 190_000));
    expect(straight.length).toBe(bytes.length - 100);
    read(bytes.subarray(190_000, 198_000));
    expect(decoder.room().length).toBe(64 * 1024);
    read(bytes.subarray(198_000));
    expect(frames[0]?.body.buffer).toBe(straight.buffer);
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
