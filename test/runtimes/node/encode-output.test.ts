import { describe, expect, it, vi } from 'vitest';
import { encodeOutput } from '../../../src/runtimes/node/encode-output.js';

describe('encodeOutput', () => {
  it('sends bytes as they are, without a copy', () => {
    const bytes = Buffer.from([0, 255]);
    expect(encodeOutput(bytes)).toBe(bytes);
    expect(encodeOutput(Uint8Array.of(1, 2, 3).subarray(1))).toEqual(Buffer.from([2, 3]));
    expect(encodeOutput(Uint8Array.of(7).buffer)).toEqual(Buffer.from([7]));
  });

  it('sends text as UTF-8', () => {
    expect(encodeOutput('é')).toEqual(Buffer.from('é', 'utf8'));
    expect(encodeOutput('')).toHaveLength(0);
  });

  it('writes anything else as JSON with two spaces, as TorchServe does', () => {
    expect(encodeOutput({ a: [1, 'b'] }).toString()).toBe('{\n  "a": [\n    1,\n    "b"\n  ]\n}');
    expect(encodeOutput(0.5).toString()).toBe('0.5');
    expect(encodeOutput(true).toString()).toBe('true');
    expect(encodeOutput(null).toString()).toBe('null');
    expect(encodeOutput(undefined).toString()).toBe('null');
  });

  it('writes typed arrays as lists of numbers, wherever they are', () => {
    expect(JSON.parse(encodeOutput(Float32Array.of(0.5, 2)).toString())).toEqual([0.5, 2]);
    expect(JSON.parse(encodeOutput({ vector: Int32Array.of(1, 2) }).toString())).toEqual({ vector: [1, 2] });
  });

  it('refuses with 503 what JSON cannot hold', () => {
    const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
    const round: Record<string, unknown> = {};
    round.self = round;
    for (const value of [10n, round, () => 1])
      expect(() => encodeOutput(value)).toThrow(
        expect.objectContaining({ errorCode: 503, message: 'Unsupported model output data type.' }),
      );
    printed.mockRestore();
  });
});
