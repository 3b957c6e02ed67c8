import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { type StartedServer, startServer } from '../../started-server.js';

const FIXTURES = fileURLToPath(new URL('../../../fixtures/python/large-models/', import.meta.url));

/** What split models are asked. */
export const TEXTS = ['The for statement', 'a', 'try except'] as const;

export interface Snapshot {
  /** A folder, or the path of a zip file. */
  readonly path: string;
  /** What the whole model says to each of TEXTS. */
  readonly expected: readonly (readonly number[])[];
}

/** A model store of split models, with snapshots that are made when they are first asked for. */
export class SplitModels {
  readonly store = mkdtempSync(join(tmpdir(), 'ts-large-'));
  readonly #made = mkdtempSync(join(tmpdir(), 'ts-snapshots-'));
  readonly #python: string;
  readonly #snapshots = new Map<string, Snapshot>();

  constructor(python: string) {
    this.#python = python;
  }

  /** A model folder of the store, from one of the fixtures; `edit` changes its model-config.yaml. */
  add(name: string, fixture: string, edit = (config: string): string => config): string {
    const folder = join(this.store, name);
    cpSync(join(FIXTURES, fixture), folder, { recursive: true });
    const config = join(folder, 'model-config.yaml');
    writeFileSync(config, edit(readFileSync(config, 'utf8')));
    mkdirSync(join(folder, 'MAR-INF'));
    const model = {
      modelName: name,
      handler: 'handler.py',
      modelVersion: '1.0',
      configFile: 'model-config.yaml',
    };
    const manifest = { createdOn: '', runtime: 'python', model, archiverVersion: '0.12.0' };
    writeFileSync(join(folder, 'MAR-INF', 'MANIFEST.json'), JSON.stringify(manifest));
    return folder;
  }

  /** Puts a snapshot into a model's folder, as `model/` or `model.zip`; gives what the whole model says. */
  addSnapshot(folder: string, kind: 'safetensors' | 'zipped-bin' = 'safetensors'): Snapshot['expected'] {
    const snapshot = this.#snapshots.get(kind) ?? this.#make(kind);
    this.#snapshots.set(kind, snapshot);
    cpSync(snapshot.path, join(folder, kind === 'safetensors' ? 'model' : 'model.zip'), { recursive: true });
    return snapshot.expected;
  }

  /** A server of this store, on the CPU. */
  serve(...args: readonly string[]): Promise<StartedServer> {
    const options = [
      '--model-store',
      this.store,
      '--python-executable',
      this.#python,
      '--number-of-gpu',
      '0',
    ];
    return startServer([...options, '--enable-model-api', ...args]);
  }

  close(): void {
    for (const folder of [this.store, this.#made]) rmSync(folder, { recursive: true, force: true });
  }

  #make(kind: 'safetensors' | 'zipped-bin'): Snapshot {
    const folder = join(this.#made, kind);
    const form = kind === 'safetensors' ? [] : ['--format', 'bin', '--zip'];
    const args = [join(FIXTURES, 'snapshot.py'), folder, ...form, '--ask', ...TEXTS];
    const env = { ...process.env, OMP_NUM_THREADS: '1' };
    const { stdout, stderr } = spawnSync(this.#python, args, { encoding: 'utf8', env });
    const last = stdout.trim().split('\n').at(-1) ?? '';
    if (!last.startsWith('[')) throw new Error(stderr);
    return { path: kind === 'safetensors' ? folder : `${folder}.zip`, expected: JSON.parse(last) };
  }
}

/** Registers a model of the store and waits until its group is ready. */
export async function register(server: StartedServer, name: string): Promise<void> {
  const url = `${server.management}/models?url=${name}&initial_workers=1&synchronous=true`;
  const response = await fetch(url, { method: 'POST' });
  expect([response.status, await response.text()]).toEqual([200, expect.any(String)]);
}

export async function remove(server: StartedServer, name: string): Promise<void> {
  await fetch(`${server.management}/models/${name}`, { method: 'DELETE' });
}

export async function ask(
  server: StartedServer,
  name: string,
  body: string,
): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(`${server.inference}/predictions/${name}`, { method: 'POST', body });
  return { status: response.status, text: await response.text() };
}

/** The command line of a process; empty when it has gone. */
export function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
