import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../../bin/', import.meta.url));
const LIMIT_MS = 20_000;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** One command line in a folder of its own. */
export interface Running {
  readonly process: ChildProcess;
  stdout(): string;
  stderr(): string;
  readonly ended: Promise<Ended>;
}

/** A folder for commands to run in; `close` ends what is left and removes it. */
export class Place {
  readonly folder = mkdtempSync(join(tmpdir(), 'ts-cli-'));
  readonly #running: ChildProcess[] = [];

  /** Starts `ts` or a door under another name. Addresses are free ports unless `args` says otherwise. */
  start(bin: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
    const child = spawn(process.execPath, [join(BIN, `${bin}.js`), ...args], {
      cwd: this.folder,
      env: { ...process.env, TMPDIR: this.folder, TEMP: this.folder, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#running.push(child);
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (text) => {
      stdout += text;
    });
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
    const ended = new Promise<Ended>((resolve) => {
      child.on('close', (code) => {
        clearTimeout(timer);
        resolve({ code, stdout, stderr });
      });
    });
    return { process: child, stdout: () => stdout, stderr: () => stderr, ended };
  }

  run(bin: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    return this.start(bin, args, env).ended;
  }

  /** The number in the pid file; undefined without one. */
  pid(): number | undefined {
    const path = join(this.folder, '.model_server.pid');
    return existsSync(path) ? Number(readFileSync(path, 'utf8')) : undefined;
  }

  async close(): Promise<void> {
    const pid = this.pid();
    if (pid) killIfThere(pid);
    for (const child of this.#running) {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null)
        await new Promise((resolve) => child.once('exit', resolve));
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Flags that let the system choose the ports. */
export const FREE = ['inference', 'management', 'metrics'].flatMap((role) => [
  `--${role}-address`,
  'http://127.0.0.1:0',
]);

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended: what was wanted.
  }
}
