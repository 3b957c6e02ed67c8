import { readFileSync } from 'node:fs';

/** This package's version: the archiverVersion of what it writes. */
export function archiverVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
