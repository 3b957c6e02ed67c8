import { type ExecFileException, execFile } from 'node:child_process';

/** How to run the small programs by which vendors list their devices. */
export interface ToolQuestion {
  readonly file: string;
  readonly args: readonly string[];
  /** Its PATH decides which program is found. */
  readonly env: NodeJS.ProcessEnv;
  /** The program is killed after this time. */
  readonly timeoutMs: number;
}

/** `missing`: there is no such program, which is how a machine says that it has no such device. */
export type ToolReply =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'failed'; readonly reason: string };

const MAX_REPLY_BYTES = 1024 * 1024;

/** Runs a vendor's tool. Never rejects, and never waits longer than its limit even if the tool's children live on. */
export function askTool(question: ToolQuestion): Promise<ToolReply> {
  const { file, args, env, timeoutMs } = question;
  return new Promise((resolve) => {
    const child = execFile(
      file,
      [...args],
      { env, maxBuffer: MAX_REPLY_BYTES, windowsHide: true },
      (error, stdout) => {
        clearTimeout(timer);
        resolve(error ? explain(file, error) : { kind: 'text', text: stdout });
      },
    );
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      child.stdout?.destroy();
      child.stderr?.destroy();
      child.unref();
      resolve({ kind: 'failed', reason: `${file} gave no answer within ${timeoutMs} ms` });
    }, timeoutMs);
  });
}

function explain(file: string, error: ExecFileException): ToolReply {
  if (error.code === 'ENOENT') return { kind: 'missing' };
  return { kind: 'failed', reason: `${file} failed: ${error.message.trim()}` };
}
