import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, extname, relative, resolve, sep } from 'node:path';
import { serveError } from '../../core/errors.js';
import type { LoadHeader } from '../../wire/frames.js';
import type { Handler } from './handler.js';
import { BUILT_IN_HANDLERS } from './handlers/index.js';
import { importModule } from './import-module.js';

/** Endings of handler files, in the order they are looked for. */
const ENDINGS = ['.ts', '.mts', '.mjs', '.js', '.cjs'];
const METHODS = ['handle', 'preprocess', 'inference', 'postprocess'] as const;

/**
 * Finds the handler that a LOAD names: a file of the archive (`handler.ts`), one export of it (`handler.ts:Shout`), or a
 * built-in one (`onnx`). A file of the archive wins over a built-in of the same name, as in TorchServe. An empty name
 * means: the archive's own `handler.*` file, else `handler.name` of model-config.yaml, else `onnx`.
 *
 * Throws HANDLER_NOT_FOUND, HANDLER_IMPORT_FAILED, HANDLER_EXPORT_MISSING or HANDLER_SHAPE.
 */
export async function loadHandler(load: LoadHeader): Promise<Handler> {
  const name = load.handler || chooseHandler(load);
  const colon = name.indexOf(':', 1);
  const file = colon < 0 ? name : name.slice(0, colon);
  const exportName = colon < 0 ? undefined : name.slice(colon + 1);
  const path = findFile(load.directory, file);
  if (path) return fromFile(path, relative(load.directory, path), exportName);
  const builtIn = BUILT_IN_HANDLERS[file];
  if (!builtIn) throw notFound(load.directory, name);
  return builtIn();
}

function chooseHandler({ directory, modelConfig }: LoadHeader): string {
  const own = ENDINGS.map((ending) => `handler${ending}`).find((file) =>
    existsSync(resolve(directory, file)),
  );
  const section = modelConfig.handler;
  const named = section instanceof Object && 'name' in section ? section.name : undefined;
  return own ?? (typeof named === 'string' ? named : 'onnx');
}

/** Archives keep handlers at their root, whatever path they were given with. */
function findFile(directory: string, file: string): string | undefined {
  const endings = ENDINGS.includes(extname(file)) ? [''] : ENDINGS;
  return [file, basename(file)]
    .flatMap((name) => endings.map((ending) => resolve(directory, name + ending)))
    .find((path) => path.startsWith(directory + sep) && statSync(path, { throwIfNoEntry: false })?.isFile());
}

async function fromFile(path: string, file: string, exportName: string | undefined): Promise<Handler> {
  const found = await importFile(path, file);
  if (exportName !== undefined) {
    if (!(exportName in found))
      throw serveError('HANDLER_EXPORT_MISSING', { file, name: exportName, exports: namesOf(found) });
    return toHandler(found[exportName], file);
  }
  return toHandler(mainExport(found, file), file);
}

async function importFile(path: string, file: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await importModule(path);
  } catch (cause) {
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    throw serveError('HANDLER_IMPORT_FAILED', { file, reason }, { cause });
  }
}

/** The default export, else the module itself if it exports handler functions, else the only class it exports. */
function mainExport(found: Readonly<Record<string, unknown>>, file: string): unknown {
  if (found.default !== undefined) return found.default;
  if (METHODS.some((method) => typeof found[method] === 'function')) return found;
  const classes = Object.values(found).filter(isClass);
  if (classes.length === 1) return classes[0];
  throw serveError('HANDLER_SHAPE', { file, found: `exports ${namesOf(found)}` });
}

/** A class is constructed without arguments; a function is the `handle` of a handler that has nothing else. */
function toHandler(value: unknown, file: string): Handler {
  if (isClass(value)) return checkHandler(new value(), file);
  if (typeof value === 'function') return { handle: value as NonNullable<Handler['handle']> };
  return checkHandler(value, file);
}

function checkHandler(value: unknown, file: string): Handler {
  const has = (name: string) => typeof (value as Record<string, unknown>)[name] === 'function';
  if (typeof value === 'object' && value !== null && METHODS.some(has)) return value;
  throw serveError('HANDLER_SHAPE', { file, found: `gives ${value === null ? 'null' : typeof value}` });
}

function isClass(value: unknown): value is new () => unknown {
  return typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value));
}

function notFound(directory: string, handler: string): Error {
  const files = readdirSync(directory).filter((file) => ENDINGS.includes(extname(file)));
  return serveError('HANDLER_NOT_FOUND', {
    handler,
    builtIns: Object.keys(BUILT_IN_HANDLERS).join(', '),
    files: files.length > 0 ? files.join(', ') : 'none',
  });
}

function namesOf(found: Readonly<Record<string, unknown>>): string {
  return Object.keys(found).join(', ') || 'nothing';
}
