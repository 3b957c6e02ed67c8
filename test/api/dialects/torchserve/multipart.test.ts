import { describe, expect, it } from 'vitest';
import { readMultipart } from '../../../../src/api/dialects/torchserve/multipart.js';
import { joined } from '../../../../src/core/pieces.js';

const TYPE = 'multipart/form-data; boundary="a b"';

function bodyOf(...parts: readonly string[]): Buffer {
  return Buffer.from(`${parts.map((part) => `--a b\r\n${part}\r\n`).join('')}--a b--\r\n`, 'latin1');
}

async function read(body: Buffer, type = TYPE, maxParts = 10): Promise<string[][]> {
  const parts = await readMultipart(type, [body], maxParts);
  return parts.map(({ name, contentType, pieces }) => [name, contentType, joined(pieces).toString('latin1')]);
}

describe('a multipart form', () => {
  it('gives files their content type and fields none', async () => {
    const body = bodyOf(
      'Content-Disposition: form-data; name="note"\r\n\r\na field',
      'Content-Disposition: form-data; name="typed"\r\nContent-Type: application/json\r\n\r\n{}',
      'Content-Disposition: form-data; name="data"; filename="a.txt"\r\nContent-Type: Text/Plain; charset=x\r\n\r\none',
      'Content-Disposition: form-data; name="raw"; filename="a"\r\n\r\n\x00\xff',
    );
    expect(await read(body)).toEqual([
      ['note', '', 'a field'],
      ['typed', '', '{}'],
      ['data', 'text/plain', 'one'],
      ['raw', 'application/octet-stream', '\x00\xff'],
    ]);
  });

  it('keeps parts of the same name, in order', async () => {
    const field = (text: string) => `Content-Disposition: form-data; name=x\r\n\r\n${text}`;
    expect(await read(bodyOf(field('1'), field('2')))).toEqual([
      ['x', '', '1'],
      ['x', '', '2'],
    ]);
  });

  it('reads names with quotes and umlauts', async () => {
    const name = Buffer.from('a"ü').toString('latin1').replace('"', '\\"');
    const [part] = await readMultipart(
      TYPE,
      [bodyOf(`Content-Disposition: form-data; name="${name}"\r\n\r\nx`)],
      10,
    );
    expect(part?.name).toBe('a"ü');
  });

  it('does not change a large file, in whatever pieces the form comes', async () => {
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7) % 256));
    const body = bodyOf(
      `Content-Disposition: form-data; name="f"; filename="f"\r\n\r\n${bytes.toString('latin1')}`,
    );
    for (const size of [body.length, 65_536, 7]) {
      const count = Math.ceil(body.length / size);
      const cut = Array.from({ length: count }, (_, at) => body.subarray(at * size, (at + 1) * size));
      const [part] = await readMultipart(TYPE, cut, 10);
      expect(joined(part?.pieces ?? []).equals(bytes)).toBe(true);
      expect(part?.pieces.length).toBeLessThan(20);
    }
  });

  it('leaves out parts without a name', async () => {
    expect(await read(bodyOf('Content-Type: text/plain\r\n\r\nlost'))).toEqual([]);
  });

  it.each([
    ['ends too early', Buffer.from('--a b\r\nContent-Disposition: form-data; name="x"\r\n\r\nhalf'), TYPE],
    ['names no boundary', bodyOf(), 'multipart/form-data'],
  ])('is refused when it %s', async (_, body, type) => {
    await expect(read(body, type)).rejects.toMatchObject({ status: 400, type: 'BadRequestException' });
  });

  it('is refused when it has too many parts', async () => {
    const part = 'Content-Disposition: form-data; name="x"\r\n\r\n1';
    await expect(read(bodyOf(part, part, part), TYPE, 2)).rejects.toMatchObject({
      message: 'The form cannot be read: it has more than 2 parts.',
    });
  });
});
