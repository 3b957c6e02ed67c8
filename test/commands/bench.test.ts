import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { type ModelServer, startModelServer } from '../bench/model-server.js';

const BIN = fileURLToPath(new URL('../../bin/ts.js', import.meta.url));
const INPUT = fileURLToPath(import.meta.url);

const folder = mkdtempSync(join(tmpdir(), 'ts-bench-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

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
  const started = spawn(process.execPath, [BIN, 'bench', ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
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
    server = await startModelServer({ delayMs: 2 });
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

  it('fails when the figures are not as asserted, and writes the page all the same', async () => {
    server = await startModelServer({ delayMs: 2 });
    const html = join(folder, 'page.html');
    const few = ['--workers', '1', '-n', '5', '--warmup', '0'];
    const args = [...at(server), ...few, '--html', html, '--assert', 'errors==0,p99<0.001ms'];
    const { status, stdout, stderr } = await ts(...args);
    expect(status).toBe(1);
    expect(stdout).toContain('workers');
    expect(stderr).toMatch(/Not as asserted: p99<0\.001ms: it is [\d.]+ ms with 1 worker/);
    expect(stderr).not.toContain('errors==0');
    expect(readFileSync(html, 'utf8')).toContain('<svg');
  });

  it('compares with an earlier result', async () => {
    server = await startModelServer({ delayMs: 2 });
    const baseline = join(folder, 'baseline.json');
    const few = [...at(server), '--workers', '1', '-n', '5', '--warmup', '0'];
    writeFileSync(baseline, (await ts(...few, '--json')).stdout);
    const assertion = ['--baseline', baseline, '--assert', 'throughput>=0.001*baseline'];
    const { status, stdout, stderr } = await ts(...few, ...assertion);
    expect(stderr).not.toContain('Not as asserted');
    expect(status).toBe(0);
    expect(stdout).toMatch(/rate vs baseline .*p99 vs baseline/);
  });

  it('takes a request from stdin', async () => {
    server = await startModelServer({ models: ['m'] });
    const { origin } = server;
    const target = ['--url', origin, '--management-url', origin, '--input', '-', '--content-type', 'text/x'];
    const started = ts(...target, '--workers', '1', '-n', '3', '--warmup', '0', '--markdown');
    child?.stdin?.end('from stdin');
    const { status, stdout } = await started;
    expect(status).toBe(0);
    expect(stdout).toContain('Inputs: stdin.');
    expect(new Set(server.bodies.map(String))).toEqual(new Set(['from stdin']));
    expect(server.contentTypes[0]).toBe('text/x');
  });

  it('keeps a rate over a number of requests', async () => {
    server = await startModelServer();
    const rate = ['--rate', '200', '-n', '20', '--connections', '4', '--no-ceiling', '--csv'];
    const { status, stdout } = await ts(...at(server), ...rate, '--warmup', '0');
    expect(status).toBe(0);
    const [head = '', line = ''] = stdout.split('\r\n');
    const cell = (name: string) => line.split(',')[head.split(',').indexOf(name)];
    expect([cell('asked'), cell('failed'), cell('ratePerSecond')]).toEqual(['20', '0', '200']);
  });

  it('asks a server in the dialect of KServe', async () => {
    server = await startModelServer();
    const args = ['--url', server.origin, '--dialect', 'kserve-v2', '--model-name', 'echo', '--input', INPUT];
    const { status, stderr } = await ts(...args, '--duration', '1', '--connections', '2', '--no-ceiling');
    expect(stderr).not.toContain('rror');
    expect(status).toBe(0);
    expect(server.paths.at(-1)).toBe('/v2/models/echo/infer');
    const asFound = await ts(...args, '-n', '4', '--warmup', '0', '--markdown');
    expect(asFound.stdout).toMatch(/^\| as found \|/m);
    expect(asFound.status).toBe(0);
    const scaling = await ts(...args, '--workers', '1,2');
    expect(scaling.stderr).toContain('it has no management address');
    expect(scaling.status).toBe(2);
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

  it('prints what was measured when the server goes away, without figures, and fails', async () => {
    server = await startModelServer({ delayMs: 2 });
    const ended = ts(...at(server), '--rate', '50', '--duration', '20', '--no-ceiling', '--markdown');
    await expect.poll(() => server?.bodies.length, { timeout: 20_000 }).toBeGreaterThan(80);
    await server.stop();
    const { status, stdout, stderr } = await ended;
    expect(status).toBe(1);
    expect(stdout).toMatch(/^\| as found \| 50 \|.* – \| \d+ of \d+ \|$/m);
    expect(stdout).toMatch(/Errors: .* x connection/);
    expect(stderr).toContain('requests failed, the first one because');
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
    [['--model', 'no-such.mar'], 'There is no model no-such.mar'],
    [['--duration', '1', '-n', '5'], '--requests=5 cannot also be provided when using --duration'],
    [['--connections', '5'], '--duration'],
    [['--url', 'http://127.0.0.1:1', '--model', 'x'], 'cannot also be provided when using'],
    [['--requests', '0'], 'greater than or equal to 1'],
    [['--assert', 'p99<5mss'], 'at character 6 of "p99<5mss"'],
    [['--baseline', 'no-such.json'], 'no-such.json (--baseline) cannot be compared with'],
    [['--ramp', '5', '--duration', '1'], '--ramp 5 is not FROM:TO'],
    [['--compare', 'one.mar'], 'does not name two or more'],
  ])('refuses %j and says what is wrong', async (args, message) => {
    const { status, stdout, stderr } = await ts(...args);
    expect(status).not.toBe(0);
    expect(stdout).toBe('');
    expect(stderr.replace(/\s*\n[ ›]*\s*/g, ' ')).toContain(message);
  });
});
