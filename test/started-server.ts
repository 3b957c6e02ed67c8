import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../bin/ts.js', import.meta.url));
const START_LIMIT_MS = 30_000;

/** The line `ts serve --json` prints when it is ready. */
interface Ready {
  readonly inference: string;
  readonly management: string;
  readonly metrics: string;
  readonly pid: number;
}

export interface StartedServer extends Ready {
  readonly process: ChildProcess;
  /** Private folder: the server's working directory, its logs and its temporary files. */
  readonly folder: string;
  stderr(): string;
  /** Sends SIGTERM, waits for the end, removes the folder; gives the exit code. */
  stop(): Promise<number | null>;
}

/** Starts the real `ts serve` on free ports in a folder of its own. */
export async function startServer(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<StartedServer> {
  const folder = mkdtempSync(join(tmpdir(), 'ts-serve-'));
  const free = ['inference', 'management', 'metrics'].flatMap((name) => [
    `--${name}-address`,
    'http://127.0.0.1:0',
  ]);
  const child = spawn(process.execPath, [BIN, 'serve', ...args, '--json', ...free], {
    cwd: folder,
    env: { ...process.env, TEMP: folder, LOG_LOCATION: join(folder, 'logs'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (bytes) => {
    stderr += bytes;
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const ready = await firstLine(child, () => stderr);
  return {
    ...ready,
    process: child,
    folder,
    stderr: () => stderr,
    async stop() {
      child.kill('SIGTERM');
      const code = await ended;
      rmSync(folder, { recursive: true, force: true });
      return code;
    },
  };
}

function firstLine(child: ChildProcess, stderr: () => string): Promise<Ready> {
  return new Promise((resolve, reject) => {
    if (!child.stdout) return reject(new Error('the server has no stdout'));
    const timer = setTimeout(() => fail(`was not ready within ${START_LIMIT_MS} ms`), START_LIMIT_MS);
    const fail = (what: string) => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(new Error(`the server ${what}: ${stderr()}`));
    };
    createInterface({ input: child.stdout }).once('line', (line) => {
      clearTimeout(timer);
      resolve(JSON.parse(line) as Ready);
    });
    child.once('exit', (code) => fail(`ended with ${code} before it was ready`));
  });
}
