import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { asServeError, ServeError, serveError } from '../../../core/errors.js';
import { isAlive, withLock } from './lock.js';

export interface EnvironmentCacheOptions {
  /** Made if it is not there. */
  readonly folder: string;
  /** Beyond this size environments that nobody uses are removed, the longest unused first. */
  readonly maxBytes: number;
  /** For another server to finish the same environment, s. */
  readonly waitSec: number;
}

export interface EnvironmentWish {
  readonly model: string;
  /** Hexadecimal digits: equal for equal environments. */
  readonly key: string;
  /** For people who look into the folder. */
  readonly about: Readonly<Record<string, unknown>>;
  /** Fills `folder`, which is going to be renamed to `finalFolder`. */
  make(folder: string, finalFolder: string): Promise<void>;
}

/** An environment that stays where it is until it is released. */
export interface HeldEnvironment {
  readonly folder: string;
  release(): Promise<void>;
}

/** Marks an environment as complete, and by its time when it was last asked for. */
const ABOUT = 'environment.json';
const KEY = /^[0-9a-f]{40}$/;
/** Tells apart two processes that had the same number, as the first in a container always has. */
const STARTED = String(Math.round(performance.timeOrigin));

/**
 * Environments by their keys, below one folder, shared by all servers that name it. Each is made in a folder of its own
 * and renamed when it is complete; what a killed server left is removed by the next that comes by.
 */
export class EnvironmentCache {
  readonly #options: EnvironmentCacheOptions;

  constructor(options: EnvironmentCacheOptions) {
    this.#options = options;
  }

  /** The environment of a key, made if need be. Throws ENVIRONMENT_FOLDER, and what `make` throws. */
  async hold(wish: EnvironmentWish): Promise<HeldEnvironment> {
    const { folder, waitSec } = this.#options;
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      let made = false;
      const held = await withLock(this.#path(wish.key, 'lock'), waitSec * 1000, async () => {
        if (!this.#has(wish.key)) {
          await this.#make(wish);
          made = true;
        }
        return this.#lease(wish.key);
      });
      if (!held) throw serveError('ENVIRONMENT_BUSY', { model: wish.model, limitSec: waitSec });
      if (made) await this.#shrink();
      return held;
    } catch (thrown) {
      return this.#readOnly(wish.key) ?? this.#explain(thrown);
    }
  }

  #path(key: string, what?: string): string {
    return join(this.#options.folder, what === undefined ? key : `${key}.${what}`);
  }

  #has(key: string): boolean {
    return existsSync(join(this.#path(key), ABOUT));
  }

  async #make({ key, about, make }: EnvironmentWish): Promise<void> {
    await this.#sweep(key);
    const making = this.#path(key, `making-${randomBytes(4).toString('hex')}`);
    const final = this.#path(key);
    try {
      await mkdir(making);
      await make(making, final);
      const facts = { ...about, madeAt: new Date().toISOString(), bytes: await sizeOf(making) };
      await writeFile(join(making, ABOUT), `${JSON.stringify(facts, null, 2)}\n`);
      await rename(making, final);
    } catch (thrown) {
      await rm(making, { recursive: true, force: true });
      // Another server that thought us dead may have been faster.
      if (!this.#has(key)) throw thrown;
    }
  }

  /** Removes what servers that were killed had begun. The lock of the key must be held. */
  async #sweep(key: string): Promise<void> {
    for (const name of await readdir(this.#options.folder))
      if (name.startsWith(`${key}.making-`) || name.startsWith(`${key}.gone-`))
        await rm(join(this.#options.folder, name), { recursive: true, force: true });
  }

  async #lease(key: string): Promise<HeldEnvironment> {
    const holder = [hostname(), process.pid, STARTED, randomBytes(4).toString('hex')].join('~');
    const lease = this.#path(key, `lease~${holder}`);
    await writeFile(lease, '');
    const now = new Date();
    await utimes(join(this.#path(key), ABOUT), now, now);
    return { folder: this.#path(key), release: () => rm(lease, { force: true }) };
  }

  /** Removes what nobody uses until the rest is within the limit. */
  async #shrink(): Promise<void> {
    const { folder, maxBytes } = this.#options;
    const entries = await this.#entries();
    let bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
    for (const entry of entries) {
      if (bytes <= maxBytes) return;
      const removed = await withLock(this.#path(entry.key, 'lock'), 0, async () => {
        await this.#sweep(entry.key);
        if (await isHeld(folder, entry.key)) return false;
        const gone = this.#path(entry.key, `gone-${randomBytes(4).toString('hex')}`);
        await rename(this.#path(entry.key), gone);
        await rm(gone, { recursive: true, force: true });
        return true;
      });
      if (removed) bytes -= entry.bytes;
    }
  }

  /** The longest unused first. */
  async #entries(): Promise<readonly Entry[]> {
    const names = (await readdir(this.#options.folder)).filter((name) => KEY.test(name));
    const entries = await Promise.all(names.map((key) => readEntry(this.#path(key), key)));
    return entries.filter((entry) => entry !== undefined).sort((one, other) => one.usedAt - other.usedAt);
  }

  /** A complete environment in a folder that cannot be written, as in an image made beforehand. */
  #readOnly(key: string): HeldEnvironment | undefined {
    return this.#has(key) ? { folder: this.#path(key), release: async () => {} } : undefined;
  }

  #explain(thrown: unknown): never {
    if (thrown instanceof ServeError || !(thrown as NodeJS.ErrnoException)?.syscall) throw thrown;
    const { message } = asServeError(thrown);
    throw serveError(
      'ENVIRONMENT_FOLDER',
      { path: this.#options.folder, reason: message },
      { cause: thrown },
    );
  }
}

interface Entry {
  readonly key: string;
  readonly bytes: number;
  readonly usedAt: number;
}

async function readEntry(folder: string, key: string): Promise<Entry | undefined> {
  try {
    const file = join(folder, ABOUT);
    const { bytes } = JSON.parse(await readFile(file, 'utf8')) as { bytes?: unknown };
    return { key, bytes: Number(bytes) || 0, usedAt: (await stat(file)).mtimeMs };
  } catch {
    return undefined;
  }
}

/** Whether a server that may still live uses it; leases of dead ones are removed. */
async function isHeld(folder: string, key: string): Promise<boolean> {
  let held = false;
  for (const name of await readdir(folder)) {
    if (!name.startsWith(`${key}.lease~`)) continue;
    const [, host, pid, started] = name.split('~');
    const own = host === hostname();
    const alive = Number(pid) === process.pid ? started === STARTED : isAlive(Number(pid));
    if (own && !alive) await rm(join(folder, name), { force: true });
    else held = true;
  }
  return held;
}

/** Bytes of all files below a folder. */
async function sizeOf(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  return bytes;
}
