import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../../bin/ts.js', import.meta.url));

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCommand {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when stderr holds the text. */
  says(text: string): Promise<void>;
}

/** Starts `ts bench` with these words, in a folder. */
export function runBench(cwd: string, ...words: string[]): RunningCommand {
  const child = spawn(process.execPath, [BIN, 'bench', ...words], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (bytes) => {
    stdout += bytes;
  });
  child.stderr.on('data', (bytes) => {
    stderr += bytes;
  });
  return {
    process: child,
    ended: new Promise((resolve) => child.once('close', (status) => resolve({ status, stdout, stderr }))),
    says: (text) =>
      new Promise((resolve, reject) => {
        child.stderr.on('data', () => stderr.includes(text) && resolve());
        child.once('close', () => reject(new Error(`it ended without saying "${text}": ${stderr}`)));
      }),
  };
}
