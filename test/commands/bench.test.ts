import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { type ModelServer, startModelServer } from '../bench/model-server.js';

const BIN = fileURLToPath(new URL('../../bin/ts.js', import.meta.url));
const INPUT = fileURLToPath(import.meta.url);

let server: ModelServer | undefined;
let child: ChildProcess | undefined;

afterEach(async () => {
  child?.kill('SIGKILL');
  await server?.stop();
  server = undefined;
});

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function ts(...args: string[]): Promise<Ended> {
  const started = spawn(process.execPath, [BIN, 'bench', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  child = started;
  let [stdout, stderr] = ['', ''];
  started.stdout.on('data', (bytes) => {
    stdout += bytes;
  });
  started.stderr.on('data', (bytes) => {
    stderr += bytes;
  });
  return new Promise((resolve) => started.once('close', (status) => resolve({ status, stdout, stderr })));
}

const at = ({ origin }: ModelServer) => ['--url', origin, '--management-url', origin, '--input', INPUT];

describe('ts bench', () => {
  it('measures the bundled model on a server of its own and prints the table', async () => {
    const { status, stdout, stderr } = await ts('--workers', '2', '-P', '4', '-n', '10', '--warmup', '2');
    expect(stderr).toContain('2 workers, 4 at a time');
    expect(status).toBe(0);
    expect(stdout).toMatch(/│ +workers │ +sequential s │ +parallel s │ +speed-up │/);
    expect(stdout).toMatch(/│ +1 │.*│ +0 │\n/);
    expect(stdout).toMatch(/│ +2 │.*│ +0 │\n/);
  });

  it('measures a running server and prints nothing but JSON on stdout', async () => {
    server = await startModelServer();
    const { status, stdout } = await ts(
      ...at(server),
      '--workers',
      '1,2',
      '-n',
      '6',
      '-P',
      '3',
      '--warmup',
      '0',
      '--json',
    );
    expect(status).toBe(0);
    const report = JSON.parse(stdout);
    expect(
      report.rows.map(({ workers, asked }: { workers: number; asked: number }) => [workers, asked]),
    ).toEqual([
      [1, 12],
      [2, 12],
    ]);
    // One first answer, then two counts of six and six.
    expect(server.bodies).toHaveLength(1 + 2 * 12);
    expect(server.mostAtOnce).toBe(3);
  });

  it('puts a running server under load', async () => {
    server = await startModelServer({ delayMs: 2 });
    const { status, stdout } = await ts(...at(server), '--duration', '1', '--connections', '4', '--markdown');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\| workers \| requests \| requests\/s \|/m);
    expect(stdout).toMatch(/^\| as found \| \d+ \|/m);
    expect(server.mostAtOnce).toBe(4);
  });

  it('prints no figures of failed requests, says why they failed, and fails', async () => {
    server = await startModelServer({
      answer: (body, index) => ({ status: index === 3 ? 503 : 200, text: String(body) }),
    });
    const { status, stdout, stderr } = await ts(
      ...at(server),
      '--workers',
      '1',
      '-n',
      '5',
      '--warmup',
      '0',
      '--markdown',
    );
    expect(status).toBe(1);
    expect(stdout).toContain('| 1 | – | – | – | – | – | – | 1 of 10 |');
    expect(stderr).toMatch(/1 of 10 requests failed, the first one because bench\.test\.ts: status 503/);
  });

  it('says so when nobody is there', async () => {
    server = await startModelServer();
    const args = at(server);
    await server.stop();
    const { status, stdout, stderr } = await ts(...args);
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('cannot be reached: nothing listens there');
  });

  it('prints what was measured when Ctrl-C ends it, and gives the workers back', async () => {
    server = await startModelServer({ delayMs: 20 });
    const ended = ts(...at(server), '--workers', '1,4', '-n', '40', '--warmup', '0', '-P', '20');
    await expect.poll(() => server?.scaledTo.at(-1), { timeout: 20_000 }).toBe(4);
    child?.kill('SIGINT');
    const { status, stdout, stderr } = await ended;
    expect(status).toBe(130);
    expect(stdout).toMatch(/│ +1 │/);
    expect(stdout).not.toMatch(/│ +4 │/);
    expect(stderr).toContain('Stopped early.');
    expect(server.scaledTo.at(-1)).toBe(1);
  });

  it.each([
    [['--workers', 'many'], 'neither a number of workers nor a list'],
    [['--url', 'nowhere'], '--url nowhere is not the address of a server'],
    [['--model', 'no-such.mar'], 'no-such.mar (--model) does not exist'],
    [['--duration', '1', '-n', '5'], '--requests=5 cannot also be provided when using --duration'],
    [['--connections', '5'], '--duration'],
    [['--url', 'http://127.0.0.1:1', '--model', 'x'], 'cannot also be provided when using'],
    [['--requests', '0'], 'greater than or equal to 1'],
  ])('refuses %j and says what is wrong', async (args, message) => {
    const { status, stdout, stderr } = await ts(...args);
    expect(status).not.toBe(0);
    expect(stdout).toBe('');
    expect(stderr.replace(/\s*\n[ ›]*\s*/g, ' ')).toContain(message);
  });
});
