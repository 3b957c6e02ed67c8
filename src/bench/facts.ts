import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { usableCores } from '../core/usable-cores.js';

/** Where and with what something was measured; a figure without it cannot be compared. */
export interface Facts {
  /** ISO 8601. */
  readonly date: string;
  readonly version: string;
  /** Short hash, with a `+` when the checkout has changes; undefined outside a checkout. */
  readonly commit: string | undefined;
  readonly node: string;
  readonly system: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const GIT_TIMEOUT_MS = 5000;

export async function gatherFacts(): Promise<Facts> {
  const { version } = JSON.parse(await readFile(`${ROOT}package.json`, 'utf8')) as { version: string };
  return {
    date: new Date().toISOString(),
    version,
    commit: await commit(),
    node: process.version,
    system: `${platform()} ${release()} ${arch()}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: usableCores(),
    memoryBytes: totalmem(),
  };
}

async function commit(): Promise<string | undefined> {
  const git = async (...args: string[]) =>
    (await promisify(execFile)('git', ['-C', ROOT, ...args], { timeout: GIT_TIMEOUT_MS })).stdout.trim();
  try {
    // An installed package may lie inside a checkout of something else.
    if ((await git('rev-parse', '--show-prefix')) !== '') return undefined;
    const hash = await git('rev-parse', '--short', 'HEAD');
    return (await git('status', '--porcelain', '--untracked-files=no')) === '' ? hash : `${hash}+`;
  } catch {
    return undefined;
  }
}
