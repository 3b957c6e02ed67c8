import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { collect } from '../../../src/bench/load/collect.js';

function collected(act: (response: PassThrough) => void): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const response = new PassThrough();
    collect(response as unknown as IncomingMessage, reject, resolve);
    act(response);
  });
}

describe('an answer that is collected', () => {
  it('is whole when it came in pieces', async () => {
    const bytes = await collected((response) => {
      response.write('ab');
      response.end('cd');
    });
    expect(bytes.toString()).toBe('abcd');
  });

  it('fails when it breaks off', async () => {
    await expect(collected((response) => response.destroy(new Error('reset')))).rejects.toThrow('broke off');
  });
});
