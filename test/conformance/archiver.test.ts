import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { visitArchive } from '../../src/archive/extract.js';
import { DEFAULT_LIMITS } from '../../src/archive/limits.js';
import { filesBelow, scratch } from '../archive/scratch.js';
import { runBin } from '../commands/archive/run-bin.js';

interface Case {
  readonly case: string;
  readonly args: string;
  readonly before?: readonly string[];
  readonly tool?: 'workflow';
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** What the original tool did in a case: whether it succeeded, which files appeared or changed, which went away. */
interface Outcome {
  readonly ok: boolean;
  readonly files: Readonly<Record<string, unknown>>;
  readonly gone: readonly string[];
}

const { inputs, cases } = readJson<{ inputs: Record<string, string>; cases: Case[] }>('cases.json');
const golden = readJson<Record<string, Outcome>>('golden.json');

describe('the doors do what the original archivers were recorded doing', () => {
  it.each(cases.map((one) => [one.case, one] as const))('%s', async (name, one) => {
    expect(await outcomeOf(one)).toEqual(golden[name]);
  });
});

async function outcomeOf(one: Case): Promise<Outcome> {
  const folder = scratch({ ...inputs, ...one.files });
  const run = (line: string) =>
    runBin(one.tool ? 'torch-workflow-archiver' : 'torch-model-archiver', wordsOf(line), folder, {
      ...one.env,
    });
  for (const line of one.before ?? []) await run(line);
  const start = await survey(folder);
  const { code } = await run(one.args);
  const end = await survey(folder);
  const changed = Object.entries(end).filter(
    ([name, what]) => JSON.stringify(start[name]) !== JSON.stringify(what),
  );
  return {
    ok: code === 0,
    files: Object.fromEntries(changed),
    gone: Object.keys(start).filter((name) => !(name in end)),
  };
}

/** Words of a shell line; quotes only. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

async function survey(folder: string): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const name of filesBelow(folder)) {
    const path = join(folder, name);
    found[name] = /\.(mar|war|gz)$/.test(name)
      ? { members: await membersOf(path) }
      : digest(name, readFileSync(path));
  }
  return found;
}

/** The recorded names in a .tar.gz keep their top folder, which our reader takes away. */
async function membersOf(path: string): Promise<Record<string, unknown>> {
  const top = path.endsWith('.tar.gz') ? 'm/' : '';
  const members: Record<string, unknown> = {};
  await visitArchive(path, DEFAULT_LIMITS, async (entry, bytes) => {
    const pieces: Buffer[] = [];
    for await (const piece of bytes) pieces.push(Buffer.from(piece));
    members[top + entry.name] = digest(entry.name, Buffer.concat(pieces));
  });
  return members;
}

function digest(name: string, bytes: Buffer): unknown {
  if (!/(MAR|WAR)-INF\/MANIFEST\.json$/.test(name))
    return createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  const manifest = JSON.parse(bytes.toString()) as Record<string, unknown>;
  for (const key of ['createdOn', 'archiverVersion']) if (key in manifest) manifest[key] = '<present>';
  return { manifest };
}

function readJson<Type>(name: string): Type {
  return JSON.parse(readFileSync(new URL(`archiver/${name}`, import.meta.url), 'utf8')) as Type;
}
