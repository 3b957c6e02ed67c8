import { fieldOf, KEYS, type Key, rowOf } from './keys.js';
import type { ResolvedSettings } from './resolve.js';
import { formatSource } from './source.js';

const SECRETS: readonly Key[] = ['keystore_pass'];

/** One line per key that has a value and an effect, for the server's log: `job_queue_size: 100 (the default)`. */
export function dumpSettings({ settings, sources, configFile }: ResolvedSettings): string[] {
  const lines = (Object.keys(KEYS) as Key[]).flatMap((key) => {
    const source = sources[fieldOf(key)];
    const value = settings[fieldOf(key)];
    if (value === undefined || (rowOf(key)?.effect !== 'now' && source.kind === 'default')) return [];
    const shown = SECRETS.includes(key) ? '***' : typeof value === 'object' ? JSON.stringify(value) : value;
    return [`${key}: ${shown} (${formatSource(source)})`];
  });
  return [`Configuration file: ${configFile ?? 'none'}`, ...lines];
}
