import { readdir } from 'node:fs/promises';

const WILDCARD = /[*?]|\[.+\]/;

export function hasWildcard(pattern: string): boolean {
  return WILDCARD.test(pattern);
}

/**
 * The paths a shell-like pattern stands for, sorted: `*` and `?` within one name, `[abc]`, `[a-z]` and `[!a]`. A hidden
 * name is matched only by a pattern that begins with a dot, as in Python's glob, which TorchServe's archiver uses.
 */
export async function expandWildcard(pattern: string, folder: string): Promise<string[]> {
  const absolute = pattern.startsWith('/');
  let found = [absolute ? '/' : ''];
  for (const part of pattern.split('/').filter((part) => part !== '')) {
    const steps = await Promise.all(found.map((base) => matchesIn(base, part, folder)));
    found = steps.flat();
  }
  return found.filter((path) => path !== '' && path !== '/').sort();
}

async function matchesIn(base: string, part: string, folder: string): Promise<string[]> {
  const step = (name: string) => (base === '' || base === '/' ? `${base}${name}` : `${base}/${name}`);
  if (!hasWildcard(part)) return [step(part)];
  const matcher = toRegExp(part);
  const names = await readdir(base.startsWith('/') ? base : `${folder}/${base}`).catch(() => []);
  return names
    .filter((name) => matcher.test(name) && (part.startsWith('.') || !name.startsWith('.')))
    .map(step);
}

function toRegExp(part: string): RegExp {
  const source = part.replace(
    /\[(!?)([^\]]+)\]|[*?]|[.+^${}()|\\[\]]/g,
    (found, not?: string, set?: string) => {
      if (set !== undefined) return `[${not ? '^' : ''}${set.replace(/[\\^]/g, '\\$&')}]`;
      if (found === '*') return '.*';
      return found === '?' ? '.' : `\\${found}`;
    },
  );
  return new RegExp(`^${source}$`, 's');
}
