import { describe, expect, it } from 'vitest';
import { refuseEmpty } from '../../../../src/runtimes/node/handlers/refuse-empty.js';

describe('refuseEmpty', () => {
  it('refuses a form without parts with 400, and names the header that is missing', () => {
    expect(() => refuseEmpty({})).toThrow(
      expect.objectContaining({ errorCode: 400, message: expect.stringContaining('-H "content-type: ') }),
    );
  });

  it('lets a request with a part or an empty body pass', () => {
    refuseEmpty({ text: 'hello' });
    refuseEmpty({ body: Buffer.alloc(0) });
  });
});
