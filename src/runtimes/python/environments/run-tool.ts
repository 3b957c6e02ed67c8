import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { OutputGate } from '../../../core/output-gate.js';

/** A Python program and what it is run with. */
export interface ToolRun {
  /** The interpreter. */
  readonly python: string;
  /** A module to be run as a program, such as `pip`, or the text of a program. */
  readonly program: { readonly module: string } | { readonly code: string };
  readonly args: readonly string[];
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly limitMs: number;
  onLine(stream: 'stdout' | 'stderr', line: string): void;
}

export type ToolEnd = 'done' | 'failed' | 'too-late' | 'no-module';

/** Exit code when the interpreter lacks the module. */
const NO_MODULE = 97;
const OUTPUT_LIMITS = { maxLineBytes: 16 * 1024, bytesPerSec: 1024 * 1024 };
/** How long pipes may stay open after the program has ended. */
const PIPES_MS = 1000;

/**
 * Runs the tool, and ends it with all it started when the server goes for whatever reason: the fourth pipe closes then.
 * The working directory is the model's; its files must not be taken for modules of the tool.
 */
const FRAME = [
  'import sys',
  'sys.path[:]=[p for p in sys.path if p]',
  'import importlib.util,os,runpy,signal,threading',
  'def watch():',
  ' os.read(3,1)',
  ' os.killpg(0,signal.SIGKILL)',
  'if os.name!="nt": threading.Thread(target=watch,daemon=True).start()',
  'kind,tool=sys.argv[1:3]',
  'sys.argv[:3]=[tool]',
  'if kind=="code":',
  ' try: exec(tool)',
  ' except ImportError as error:',
  '  print(error,file=sys.stderr,flush=True)',
  `  os._exit(${NO_MODULE})`,
  'else:',
  ` if importlib.util.find_spec(tool) is None: os._exit(${NO_MODULE})`,
  ' runpy.run_module(tool,run_name="__main__",alter_sys=True)',
].join('\n');

/** Runs a tool to its end, or kills it and its descendants after `limitMs`. Never rejects. */
export function runTool(tool: ToolRun): Promise<ToolEnd> {
  const { python, program, args, directory, environment, limitMs, onLine } = tool;
  const what = 'module' in program ? ['module', program.module] : ['code', program.code];
  const child = spawn(python, ['-c', FRAME, ...what, ...args], {
    cwd: directory,
    env: { ...environment, PYTHONUNBUFFERED: '1' },
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  for (const stream of ['stdout', 'stderr'] as const) {
    const gate = new OutputGate({ ...OUTPUT_LIMITS, onLine: (line) => onLine(stream, line) });
    child[stream]?.on('data', (chunk: Buffer) => gate.push(chunk));
    child[stream]?.on('end', () => gate.end());
  }
  child.stdio[3]?.on('error', () => {});
  // A server that stops does not wait for an installation, and that ends with it.
  child.unref();
  for (const pipe of child.stdio) if (pipe instanceof Socket) pipe.unref();
  return new Promise((resolve) => {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      killGroup(child.pid);
    }, limitMs).unref();
    child.once('error', (error) => onLine('stderr', error.message));
    child.once('exit', () => {
      // What it left behind would hold the pipes open.
      killGroup(child.pid);
      setTimeout(() => closePipes(child.stdio), PIPES_MS).unref();
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve(late ? 'too-late' : endOf(code));
    });
  });
}

function endOf(code: number | null): ToolEnd {
  if (code === NO_MODULE) return 'no-module';
  return code === 0 ? 'done' : 'failed';
}

function closePipes(pipes: ReturnType<typeof spawn>['stdio']): void {
  for (const pipe of pipes) pipe?.destroy();
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // Nobody is left.
  }
}
