import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { startTestHub, type TestHub } from '../../store/hub/test-hub.js';

const BIN = fileURLToPath(new URL('../../../bin/ts.js', import.meta.url));
/** What the machine of the test has set must not show. */
const CLEARED = [
  'HF_TOKEN',
  'HUGGING_FACE_HUB_TOKEN',
  'HF_HUB_CACHE',
  'HF_HUB_OFFLINE',
  'HTTP_PROXY',
  'http_proxy',
];

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** A hub, a folder of the test's own, and `ts` commands that use both. */
export interface Desk {
  readonly hub: TestHub;
  readonly folder: string;
  /** `HF_HOME`. */
  readonly home: string;
  start(args: readonly string[], env?: Record<string, string>, input?: string): Running;
  ts(args: readonly string[], env?: Record<string, string>, input?: string): Promise<Ended>;
}

export async function desk(): Promise<Desk> {
  const hub = await startTestHub();
  const folder = mkdtempSync(join(tmpdir(), 'ts-desk-'));
  const home = join(folder, 'home');
  const children: ChildProcess[] = [];
  onTestFinished(async () => {
    for (const child of children) child.kill('SIGKILL');
    await hub.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const start = (args: readonly string[], env: Record<string, string> = {}, input?: string): Running => {
    const inherited = Object.entries(process.env).filter(([name]) => !CLEARED.includes(name));
    const child = spawn(process.execPath, [BIN, ...args], {
      cwd: folder,
      env: { ...Object.fromEntries(inherited), HF_ENDPOINT: hub.url, HF_HOME: home, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    children.push(child);
    child.stdin.on('error', () => undefined);
    child.stdin.end(input ?? '');
    return { child, ended: endOf(child) };
  };
  return { hub, folder, home, start, ts: (...given) => start(...given).ended };
}

async function endOf(child: ChildProcess): Promise<Ended> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (bytes) => (stdout += bytes));
  child.stderr?.on('data', (bytes) => (stderr += bytes));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, stdout, stderr };
}
