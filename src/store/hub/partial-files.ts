import { type Dirent, readdirSync } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { describeFault } from '../../archive/faults.js';
import { isMakerGone, uniqueMark } from '../../archive/temporary.js';
import { serveError } from '../../core/errors.js';

/** An unfinished file that somebody has left behind. */
export interface Partial {
  readonly path: string;
  readonly sizeBytes: number;
}

const NAME = /^(.+)\.([0-9a-f]{8}-\d+-\d+)-[0-9a-f]{8}\.incomplete$/;
/** So old, and from whatever machine, nobody writes to it any more, ms. */
const ABANDONED_MS = 3_600_000;

/**
 * The unfinished files of a folder. Each belongs to the process its name tells, as no lock can be trusted on every file
 * system; a run that was killed leaves its own behind, and the next one takes them over by renaming them. Those of other
 * programs are let alone: they may have holes.
 */
export class PartialFiles {
  readonly #found = new Map<string, string[]>();
  /** Two downloads of one process have files of their own, too. */
  readonly #mark = uniqueMark();

  /** Looks through a folder, and the folders below it if asked to. Throws HUB_READ. */
  static list(folder: string, recursive = false): PartialFiles {
    return new PartialFiles(entriesOf(folder, recursive));
  }

  private constructor(entries: readonly Dirent[]) {
    for (const entry of entries) {
      const [, stem] = NAME.exec(entry.name) ?? [];
      if (stem === undefined || !entry.isFile()) continue;
      const key = join(entry.parentPath, stem);
      this.#found.set(key, [...(this.#found.get(key) ?? []), join(entry.parentPath, entry.name)]);
    }
  }

  /** The largest one for a final name that can be taken over. */
  async abandoned(stemPath: string): Promise<Partial | undefined> {
    const found: Partial[] = [];
    for (const path of this.#found.get(stemPath) ?? []) {
      const facts = await stat(path).catch(() => undefined);
      const [, , mark = ''] = NAME.exec(basename(path)) ?? [];
      const forgotten = facts && Date.now() - facts.mtimeMs > ABANDONED_MS;
      if (facts && (forgotten || isMakerGone(mark))) found.push({ path, sizeBytes: facts.size });
    }
    return found.sort((one, other) => other.sizeBytes - one.sizeBytes)[0];
  }

  /**
   * A name of this process for an unfinished file; what an earlier run has left is there already, unless `anew`. Other
   * leftovers of the same file are deleted.
   */
  async claim(stemPath: string, anew: boolean): Promise<string> {
    const own = join(dirname(stemPath), `${basename(stemPath)}.${this.#mark}.incomplete`);
    const first = await this.abandoned(stemPath);
    if (first && !anew) await rename(first.path, own).catch(ignoreMissing);
    for (let left = await this.abandoned(stemPath); left; left = await this.abandoned(stemPath))
      await rm(left.path, { force: true });
    return own;
  }
}

function entriesOf(folder: string, recursive: boolean): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true, recursive });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw serveError('HUB_READ', { path: folder, reason: describeFault(error) }, { cause: error });
  }
}

/** Another run was faster. */
function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
