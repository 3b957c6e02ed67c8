import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { askTool, type ToolReply } from '../../src/devices/ask-tool.js';
import { makeTools } from './tools.js';

function ask(body: string, timeoutMs = 10_000): Promise<ToolReply> {
  const PATH = makeTools({ tool: body });
  return askTool({ file: 'tool', args: ['a b', '$c'], env: { PATH: `${PATH}:/bin:/usr/bin` }, timeoutMs });
}

describe('asking a vendor tool', () => {
  it('gives what it prints, and hands its arguments over as they are', async () => {
    expect(await ask('printf "%s|" "$@"')).toEqual({ kind: 'text', text: 'a b|$c|' });
  });

  it('says so when there is no such program', async () => {
    const PATH = makeTools({});
    expect(await askTool({ file: 'tool', args: [], env: { PATH }, timeoutMs: 1000 })).toEqual({
      kind: 'missing',
    });
  });

  it('says so when the program fails', async () => {
    expect(await ask('echo broken >&2; exit 9')).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('broken'),
    });
  });

  it('does not wait longer than its limit, even if a child of the tool holds its output', async () => {
    const reply = await ask('sleep 3 & sleep 3', 200);
    expect(reply).toEqual({ kind: 'failed', reason: 'tool gave no answer within 200 ms' });
  });

  it('says so when the file is no program', async () => {
    const PATH = makeTools({});
    const file = join(PATH, 'tool');
    const { writeFileSync } = await import('node:fs');
    writeFileSync(file, 'junk');
    expect(await askTool({ file, args: [], env: { PATH }, timeoutMs: 1000 })).toMatchObject({
      kind: 'failed',
    });
  });
});
