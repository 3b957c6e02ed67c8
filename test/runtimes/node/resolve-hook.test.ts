import { describe, expect, it } from 'vitest';
import { resolve, resolveInPlace } from '../../../src/runtimes/node/resolve-hook.js';

const context = { parentURL: 'file:///archive/handler.js' };

/** Node's own resolution, for an archive that brings nothing. */
function next(specifier: string, { parentURL = '' }: { parentURL?: string }): { url: string } {
  if (parentURL.startsWith('file:///archive/')) throw new Error(`Cannot find package '${specifier}'`);
  return { url: `${parentURL} -> ${specifier}` };
}

describe.each([
  ['resolve', async (name: string, own = next) => resolve(name, context, async (...found) => own(...found))],
  ['resolveInPlace', async (name: string, own = next) => resolveInPlace(name, context, own)],
])('%s', (_, found) => {
  it('looks for this package beside the server when the archive has none', async () => {
    expect(await found('ts-serve')).toEqual({
      url: expect.stringMatching(/^file:.*\/dist\/runtimes\/node\/handler\.js -> ts-serve$/),
    });
  });

  it('prefers what the archive brings', async () => {
    expect(await found('ts-serve', () => ({ url: 'file:///archive/node_modules/ts-serve' }))).toEqual({
      url: 'file:///archive/node_modules/ts-serve',
    });
  });

  it('leaves every other failure as it is', async () => {
    await expect(found('lodash')).rejects.toThrow("Cannot find package 'lodash'");
  });
});
