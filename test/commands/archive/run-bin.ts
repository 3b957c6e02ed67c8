import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Name of a file in bin/. */
export type Bin = 'ts' | 'ts-model-archiver' | 'torch-model-archiver' | 'torch-workflow-archiver';

export interface BinResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one of the project's commands as a process, without a terminal. */
export async function runBin(
  bin: Bin,
  args: readonly string[],
  folder: string,
  env: Record<string, string> = {},
): Promise<BinResult> {
  const path = fileURLToPath(new URL(`../../../bin/${bin}.js`, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (bytes) => {
    stdout += bytes;
  });
  child.stderr.on('data', (bytes) => {
    stderr += bytes;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, stdout, stderr };
}
