/** What an archive must not do with a name; undefined when the name is fine. */
export function nameProblem(name: string): string | undefined {
  if (name === '') return 'an entry has no name';
  const shown = JSON.stringify(name);
  if (name.includes('\0')) return `the name ${shown} holds a zero byte`;
  if (name.includes('\\')) return `the name ${shown} holds a backslash`;
  if (name.startsWith('/') || /^[A-Za-z]:/.test(name)) return `the name ${shown} is absolute`;
  const parts = name.replace(/\/$/, '').split('/');
  if (parts.includes('..')) return `the name ${shown} leaves the archive`;
  if (parts.some((part) => part === '' || part === '.')) return `the name ${shown} is not in its plain form`;
  if (Buffer.byteLength(name) > 4096 || parts.some((part) => Buffer.byteLength(part) > 255))
    return `the name ${shown.slice(0, 60)}… is too long`;
  return undefined;
}

/**
 * Remembers the names of one archive and says what is wrong with the next: one that is there already, also when only
 * letter case differs (one file would replace the other on some systems), or a file where a folder must be.
 */
export class EntryNames {
  readonly #seen = new Map<string, { readonly name: string; readonly kind: 'file' | 'folder' }>();

  /** Adds a name; gives the problem, or undefined. Folder entries may come twice and after their files. */
  add(name: string, kind: 'file' | 'folder'): string | undefined {
    const problem = nameProblem(name);
    if (problem) return problem;
    const parts = name.replace(/\/$/, '').split('/');
    for (let depth = 1; depth < parts.length; depth++) {
      const clash = this.#remember(parts.slice(0, depth).join('/'), 'folder');
      if (clash) return clash;
    }
    return this.#remember(parts.join('/'), kind);
  }

  #remember(name: string, kind: 'file' | 'folder'): string | undefined {
    const key = name.normalize('NFC').toLowerCase();
    const earlier = this.#seen.get(key);
    if (!earlier) {
      this.#seen.set(key, { name, kind });
      return undefined;
    }
    if (earlier.name !== name)
      return `the names ${JSON.stringify(earlier.name)} and ${JSON.stringify(name)} differ only in letter case or accents`;
    if (kind === 'folder' && earlier.kind === 'folder') return undefined;
    return kind === earlier.kind
      ? `the name ${JSON.stringify(name)} is there twice`
      : `${JSON.stringify(name)} is both a file and a folder`;
  }
}
