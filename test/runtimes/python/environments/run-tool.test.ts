import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runTool, type ToolRun } from '../../../../src/runtimes/python/environments/run-tool.js';
import { isRunning, thisPython } from './python.js';

const COMPILED = fileURLToPath(
  new URL('../../../../dist/runtimes/python/environments/run-tool.js', import.meta.url),
);
const python = await thisPython();

let folder: string;
let lines: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ts-tool-'));
  lines = [];
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function run(program: ToolRun['program'], options: Partial<ToolRun> = {}): ReturnType<typeof runTool> {
  return runTool({
    python: python ?? '',
    program,
    args: [],
    directory: folder,
    environment: process.env,
    limitMs: 20_000,
    onLine: (stream, line) => lines.push(`${stream}: ${line}`),
    ...options,
  });
}

/** Starts a process of its own and waits for ever; says both process ids. */
const WITH_CHILD = [
  'import os,subprocess,sys,time',
  'child=subprocess.Popen([sys.executable,"-c","import time; time.sleep(60)"])',
  'print(os.getpid(),child.pid)',
  'time.sleep(60)',
].join('\n');

describe.skipIf(!python)('a tool', () => {
  it('is run with its arguments, its output line by line', async () => {
    const code = 'import sys; print(*sys.argv[1:], sep="\\n"); print("oh", file=sys.stderr)';
    expect(await run({ code }, { args: ['a b', 'c'] })).toBe('done');
    expect(lines.sort()).toEqual(['stderr: oh', 'stdout: a b', 'stdout: c']);
  });

  it('fails with its own exit code, or with an exception', async () => {
    expect(await run({ code: 'raise SystemExit(2)' })).toBe('failed');
    expect(await run({ code: 'raise ValueError("oh")' })).toBe('failed');
    expect(lines.at(-1)).toBe('stderr: ValueError: oh');
  });

  it('may be a module', async () => {
    writeFileSync(join(folder, 'data.json'), '{"a":1}');
    expect(await run({ module: 'json.tool' }, { args: ['--compact', 'data.json'] })).toBe('done');
    expect(lines).toEqual(['stdout: {"a":1}']);
  });

  it('is not found where the interpreter lacks it', async () => {
    expect(await run({ module: 'no_such_module' })).toBe('no-module');
    expect(await run({ code: 'import no_such_module' })).toBe('no-module');
  });

  it('does not take files of the working directory for modules', async () => {
    writeFileSync(join(folder, 'json.py'), 'print("mine")');
    expect(await run({ code: 'import json; print(json.dumps(1))' })).toBe('done');
    expect(lines).toEqual(['stdout: 1']);
  });

  it('is killed with its children when it takes too long', async () => {
    const began = Date.now();
    expect(await run({ code: WITH_CHILD }, { limitMs: 1500 })).toBe('too-late');
    expect(Date.now() - began).toBeLessThan(10_000);
    const pids = lines[0]?.match(/\d+/g)?.map(Number) ?? [];
    expect(pids).toHaveLength(2);
    await expect.poll(() => pids.filter(isRunning), { timeout: 5000 }).toEqual([]);
  });

  it('does not outlive the server, however that ends', async () => {
    const program = `
      import { runTool } from ${JSON.stringify(COMPILED)};
      setInterval(() => {}, 60_000);
      await runTool({ python: ${JSON.stringify(python)}, program: { code: ${JSON.stringify(WITH_CHILD)} }, args: [],
        directory: '.', environment: process.env, limitMs: 60_000, onLine: (_, line) => console.log(line) });`;
    const server = spawn(process.execPath, ['--input-type=module', '-e', program], { cwd: folder });
    const [said] = await once(server.stdout, 'data');
    const pids = String(said).match(/\d+/g)?.map(Number) ?? [];
    expect(pids.filter(isRunning)).toHaveLength(2);
    server.kill('SIGKILL');
    await expect.poll(() => pids.filter(isRunning), { timeout: 5000 }).toEqual([]);
  });

  it('does not keep a server from stopping', async () => {
    const program = `
      import { runTool } from ${JSON.stringify(COMPILED)};
      setTimeout(() => {}, 1000);
      void runTool({ python: ${JSON.stringify(python)}, program: { code: 'import time; time.sleep(60)' }, args: [],
        directory: '.', environment: process.env, limitMs: 60_000, onLine() {} });`;
    const began = Date.now();
    const server = spawn(process.execPath, ['--input-type=module', '-e', program], { cwd: folder });
    expect((await once(server, 'exit'))[0]).toBe(0);
    expect(Date.now() - began).toBeLessThan(15_000);
  });

  it('that cannot be started says why', async () => {
    expect(await run({ code: '' }, { python: join(folder, 'nothing') })).toBe('failed');
    expect(lines[0]).toContain('ENOENT');
  });
});
