import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Door, lastValue, openDoor } from '../../../src/commands/doors/door.js';
import { serveError } from '../../../src/core/errors.js';

afterEach(() => vi.restoreAllMocks());

function door(run: Door['run']): Door {
  const options = [{ name: '--name', value: 'NAME', required: true, help: 'a name' }] as const;
  return { program: 'tool', about: 'Does it.', options, run };
}

async function opened(run: Door['run'], ...words: string[]) {
  const said = { out: '', err: '' };
  const listen = (stream: NodeJS.WriteStream, key: keyof typeof said) =>
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      said[key] += text;
      return true;
    });
  listen(process.stdout, 'out');
  listen(process.stderr, 'err');
  return { code: await openDoor(door(run), words), ...said };
}

describe('a door', () => {
  it('hands on what was given', async () => {
    const seen: (string | undefined)[] = [];
    const run: Door['run'] = async (given) =>
      void seen.push(lastValue(given, '--name'), lastValue(given, '--x'));
    expect((await opened(run, '--name', 'a', '--name', 'b')).code).toBe(0);
    expect(seen).toEqual(['b', undefined]);
  });

  it('ends with 2 for wrong usage, with 1 for a failure, with 0 for help', async () => {
    const fail: Door['run'] = async () => {
      throw serveError('ARCHIVE_MISSING', { path: 'm.mar' });
    };
    const wrong = await opened(fail);
    expect(wrong.code).toBe(2);
    expect(wrong.err).toContain('tool: error: the following arguments are required: --name');
    expect(await opened(fail, '--name', 'a')).toMatchObject({
      code: 1,
      err: expect.stringContaining('m.mar does not'),
    });
    expect(await opened(fail, '-h')).toMatchObject({
      code: 0,
      err: '',
      out: expect.stringContaining('Does it.'),
    });
  });
});
