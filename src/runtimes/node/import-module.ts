import { readFileSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { COMPILED_FOLDER, OWN_PACKAGES } from './own-packages.js';
import { resolveInPlace } from './resolve-hook.js';

type Exports = Readonly<Record<string, unknown>>;

/** What Node's own type stripping cannot do; then the file is compiled. */
const NEEDS_COMPILING = [
  'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX',
  'ERR_MODULE_NOT_FOUND',
  'ERR_UNKNOWN_FILE_EXTENSION',
];

/**
 * Imports a handler's file. Files may import this package and the ones it uses without bringing them. TypeScript is
 * stripped by Node where it can (22.18 and later) and compiled otherwise. Throws whatever the file throws.
 */
export async function importModule(path: string): Promise<Exports> {
  const typed = /\.[mc]?ts$/.test(path);
  if (typed && !stripsTypes()) return compile(path);
  if (mentionsOwnPackages(path)) findOwnPackages();
  try {
    return (await import(pathToFileURL(path).href)) as Exports;
  } catch (error) {
    if (!typed || !NEEDS_COMPILING.includes(codeOf(error))) throw error;
    return compile(path);
  }
}

function stripsTypes(): boolean {
  return 'typescript' in process.features && Boolean(process.features.typescript);
}

async function compile(path: string): Promise<Exports> {
  const { createJiti } = await import('jiti');
  const jiti = createJiti(path, { fsCache: false, moduleCache: false, alias: ownPackagePaths() });
  return (await jiti.import(path)) as Exports;
}

function ownPackagePaths(): Record<string, string> {
  const require = nodeModule.createRequire(import.meta.url);
  const paths: Record<string, string> = { 'ts-serve': fileURLToPath(new URL('handler.js', COMPILED_FOLDER)) };
  for (const name of OWN_PACKAGES.filter((each) => each !== 'ts-serve')) {
    try {
      paths[name] = require.resolve(name);
    } catch {
      // Optional and not installed: a handler that imports it will be told so.
    }
  }
  return paths;
}

/** A hook costs a thread on older Nodes, so a handler that imports nothing goes without. */
function mentionsOwnPackages(path: string): boolean {
  const text = readFileSync(path, 'utf8');
  return OWN_PACKAGES.some((name) => text.includes(name)) || /['"]\.\.?\//.test(text);
}

function findOwnPackages(): void {
  if ('registerHooks' in nodeModule) {
    const register = nodeModule.registerHooks as (hooks: { resolve: typeof resolveInPlace }) => void;
    register({ resolve: resolveInPlace });
  } else nodeModule.register(new URL('resolve-hook.js', COMPILED_FOLDER));
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
