import { resolve } from 'node:path';
import { serveError } from '../core/errors.js';
import type { KeyRow } from './keys/row.js';
import { fieldOf, KEYS, type Key, type Settings } from './keys.js';
import { chooseConfigFile, readConfigFile } from './read/config-file.js';
import { readEnvironment } from './read/env.js';
import { readFlags } from './read/flags.js';
import { readValue, WrongValue } from './read/value.js';
import { formatSource, type Given, type Source } from './source.js';
import { warningsFor } from './warnings.js';

export interface ResolveInput {
  /** Flags that were given, by snake_case key; booleans as `true` and `false`. */
  readonly flags: Readonly<Partial<Record<string, string>>>;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** The `--ts-config` flag. */
  readonly tsConfig?: string;
  /** Defaults in place of the table's, written as in config.properties. */
  readonly defaults?: Readonly<Partial<Record<Key, string>>>;
}

export interface ResolvedSettings {
  readonly settings: Settings;
  /** Where each value came from, by the same field name. */
  readonly sources: Readonly<Record<keyof Settings, Source>>;
  /** Sentences for the operator: unknown keys, keys without effect, flags that the environment overrides. */
  readonly warnings: readonly string[];
  readonly configFile: string | undefined;
}

/**
 * Settles every key: environment (when `enable_envvars_config` is on) over flags over the file over the default, as
 * TorchServe does. The result is frozen. Throws CONFIG_FILE_NOT_FOUND, CONFIG_FILE_UNREADABLE, CONFIG_ENVIRONMENT,
 * CONFIG_VALUE and CONFIG_TLS.
 */
export function resolveSettings(input: ResolveInput): ResolvedSettings {
  const configFile = chooseConfigFile(input);
  const file = configFile ? readConfigFile(configFile, input.env) : { given: [], warnings: [] };
  const flags = readFlags(input.flags);
  const chosen = choose(file.given, flags, input.env);
  const settings: Partial<Record<keyof Settings, unknown>> = {};
  const sources: Partial<Record<keyof Settings, Source>> = {};
  for (const key of Object.keys(KEYS) as Key[]) {
    const fallback = input.defaults?.[key] ?? KEYS[key].default;
    const given = chosen.get(key) ?? { key, value: fallback, source: { kind: 'default' } as const };
    settings[fieldOf(key)] = settle(given, input.cwd);
    sources[fieldOf(key)] = given.source;
  }
  settings.workflowStore ??= settings.modelStore;
  return {
    settings: Object.freeze(settings) as Settings,
    sources: Object.freeze(sources) as Record<keyof Settings, Source>,
    warnings: [...file.warnings, ...warningsFor(chosen, flags)],
    configFile,
  };
}

/** The winning source of every key that any source names. */
function choose(file: readonly Given[], flags: readonly Given[], env: NodeJS.ProcessEnv): Map<Key, Given> {
  const environment = readEnvironment(env);
  const written = new Map([...environment.fills, ...file, ...flags].map((given) => [given.key, given]));
  const overrides = isOn(written, 'enable_envvars_config') ? environment.overrides : [];
  const allowsUrls = isOn(written, 'use_env_allowed_urls');
  for (const given of [...overrides, ...environment.wins])
    if (given.key !== 'allowed_urls' || allowsUrls) written.set(given.key, given);
  return written;
}

function isOn(written: ReadonlyMap<Key, Given>, key: Key): boolean {
  return written.get(key)?.value.trim().toLowerCase() === 'true';
}

function settle(given: { key: Key; value: string | undefined; source: Source }, cwd: string): unknown {
  const row: KeyRow = KEYS[given.key];
  const facts = { key: given.key, value: shorten(given.value ?? ''), source: formatSource(given.source) };
  try {
    const value = readValue(row, given.value, (path) => resolve(cwd, path));
    if (row.type === 'address' && typeof value === 'object' && 'tls' in value && value.tls)
      throw serveError('CONFIG_TLS', facts);
    return value;
  } catch (error) {
    if (!(error instanceof WrongValue)) throw error;
    throw serveError('CONFIG_VALUE', { ...facts, expected: error.message }, { cause: error });
  }
}

function shorten(value: string): string {
  return value.length > 80 ? `${value.slice(0, 80)}…` : value;
}
