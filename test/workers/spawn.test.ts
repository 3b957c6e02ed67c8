import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { type Ending, spawnWorker } from '../../src/workers/spawn.js';
import { isAlive, until } from './fixtures/stage.js';

interface Seen {
  readonly lines: string[];
  readonly ending: Ending;
}

/** Runs a program to its end; `during` gets hold of it. */
function run(
  program: string,
  { file = process.execPath, directory = tmpdir(), env = {} as Record<string, string | undefined> } = {},
  during: (worker: ReturnType<typeof spawnWorker>, lines: readonly string[]) => void = () => {},
): Promise<Seen> {
  return new Promise((resolve) => {
    const lines: string[] = [];
    let ending: Ending | undefined;
    const worker = spawnWorker(
      { file, args: ['-e', program], environment: env, directory },
      { maxLineBytes: 1000 },
      {
        onLine: (stream, line) => {
          lines.push(`${stream}: ${line}`);
          during(worker, lines);
        },
        onExit: (end) => {
          ending = end;
        },
        onClosed: () => ending && resolve({ lines, ending }),
      },
    );
  });
}

describe('a spawned worker', () => {
  it('has its lines read to the last, and tells its exit code', async () => {
    const { lines, ending } = await run(
      'console.log("a\\nb"); process.stderr.write("no newline"); process.exitCode = 4',
    );
    expect(lines).toHaveLength(3);
    expect(lines).toEqual(expect.arrayContaining(['stdout: a', 'stdout: b', 'stderr: no newline']));
    expect(ending).toEqual({ exitCode: 4, signal: undefined, error: undefined });
  });

  it('tells the signal that ended it', async () => {
    const { ending } = await run('process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 1000)');
    expect(ending).toMatchObject({ exitCode: undefined, signal: 'SIGTERM' });
  });

  it('has the environment and the folder it was given', async () => {
    const program = 'console.log(process.env.A, process.env.PATH, process.cwd())';
    const { lines } = await run(program, { env: { A: 'x', PATH: undefined }, directory: '/' });
    expect(lines).toEqual(['stdout: x undefined /']);
  });

  it('leads a process group of its own', async () => {
    const program =
      'process.stdout.write(require("fs").readFileSync("/proc/self/stat", "utf8").split(" ")[4] + " " + process.pid)';
    const { lines } = await run(process.platform === 'linux' ? program : 'process.stdout.write("1 1")');
    const [group, pid] = (lines[0] ?? '').replace('stdout: ', '').split(' ');
    expect(group).toBe(pid);
  });

  it('says why it could not be started', async () => {
    expect((await run('', { file: '/no/such/program' })).ending.error?.message).toContain('ENOENT');
    expect((await run('', { directory: '/no/such/folder' })).ending.error?.message).toContain('ENOENT');
  });

  it('is killed with its children', async () => {
    const program = `
      const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
      console.log(child.pid);
      setInterval(() => {}, 1000);`;
    const { lines, ending } = await run(program, {}, (worker) => worker.kill());
    expect(ending.signal).toBe('SIGKILL');
    const child = Number(lines[0]?.replace('stdout: ', ''));
    await until(() => !isAlive(child));
  });

  it('takes its group with it when it ends by itself', async () => {
    const program = `
      const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
      console.log(child.pid);
      setTimeout(() => process.exit(0), 50);`;
    const { lines } = await run(program);
    const child = Number(lines[0]?.replace('stdout: ', ''));
    await until(() => !isAlive(child));
  });

  it('is over soon even if somebody out of reach holds its output open', async () => {
    const program = `
      const child = require('node:child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 8000)'], { stdio: 'inherit', detached: true });
      child.unref();
      console.log(child.pid);
      process.exitCode = 5;`;
    const startedAt = performance.now();
    const { lines, ending } = await run(program);
    expect(ending.exitCode).toBe(5);
    expect(performance.now() - startedAt).toBeLessThan(6000);
    process.kill(Number(lines[0]?.replace('stdout: ', '')), 'SIGKILL');
  });
});
