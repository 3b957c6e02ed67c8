import { basename, resolve } from 'node:path';
import { serveError } from '../core/errors.js';
import { type Choice, discover } from './discover.js';
import { listFolder } from './discovery/folder.js';
import { CONFIG_NAMES, isHandlerCode, REQUIREMENTS_NAME } from './discovery/names.js';
import { splitList } from './extra-files.js';
import { handlerFile, type RuntimeName, runtimeOf } from './handlers.js';
import type { ModelRequest } from './plan-model.js';
import type { CompletedRequest, ModelArguments } from './request.js';

/** A snapshot of the hub on this machine. */
export interface SnapshotFiles {
  /** Absolute. */
  readonly folder: string;
  /** Relative to it. */
  readonly paths: readonly string[];
}

const DEFAULT_VERSION = '1.0';

/**
 * A model archive of a snapshot: its files are read where they lie and keep their paths; handler, configuration and
 * requirements come from the flags, else by name from the folder the command runs in. Without a handler in Python the
 * snapshot must hold one model file. Throws DISCOVERY_AMBIGUOUS and what `discover` throws.
 */
export async function completeFromSnapshot(
  args: ModelArguments,
  snapshot: SnapshotFiles,
): Promise<CompletedRequest> {
  const beside = await besideIt(args);
  const choices = [...beside.choices];
  const given = { ...args, ...beside.parts, serializedFile: serializedIn(args, snapshot) };
  const completed = needsModelFile(beside.parts.handler, args)
    ? await discover(snapshot.folder, given)
    : undefined;
  if (completed) choices.push(...completed.choices.filter(({ flag }) => flag !== '--extra-files'));
  const handler = completed?.handler ?? beside.parts.handler ?? '';
  // What is hidden (.gitattributes) is the hub's own business.
  const kept = snapshot.paths.filter((path) => !path.split('/').some((part) => part.startsWith('.')));
  const why = 'the snapshot of the hub, read where it lies';
  choices.push({ flag: '--extra-files', value: `${kept.length} files`, why });
  const request: ModelRequest = {
    kind: 'Model',
    name: args.modelName,
    version: args.version ?? DEFAULT_VERSION,
    handler,
    runtime: completed?.runtime ?? args.runtime ?? runtimeOf(handler),
    serializedFile: completed?.serializedFile ?? given.serializedFile,
    modelFile: given.modelFile,
    requirementsFile: given.requirementsFile,
    configFile: completed?.configFile ?? given.configFile,
    extraFiles: splitList(args.extraFiles).map((item) => resolve(args.folder, item)),
    keptFiles: kept,
    exportPath: resolve(args.folder, args.exportPath),
    format: args.format,
    force: args.force,
    folder: snapshot.folder,
    createdSec: args.createdSec,
  };
  return { request, choices, leftOut: [] };
}

/** Handlers in Python take the whole folder; what Node serves is one model file. */
function needsModelFile(handler: string | undefined, { runtime }: ModelArguments): boolean {
  return handler === undefined || (runtime ?? runtimeOf(handler)) === 'node';
}

type Part = 'handler' | 'configFile' | 'requirementsFile' | 'modelFile';

interface Beside {
  /** Absolute paths, or the name of a built-in handler. */
  readonly parts: Readonly<Partial<Record<Part, string>>>;
  readonly choices: readonly Choice[];
}

/** What the flags say, and what lies in the folder the command runs in. */
async function besideIt(args: ModelArguments): Promise<Beside> {
  const { files } = await listFolder(args.folder);
  const choices: Choice[] = [];
  const find = (given: string | undefined, flag: string, accepts: (name: string) => boolean) => {
    if (given !== undefined) return resolve(args.folder, given);
    const found = files.filter(accepts);
    if (found.length > 1) throw ambiguous(args.folder, flag, found);
    const [only] = found;
    if (only === undefined) return undefined;
    choices.push({ flag, value: only, why: `it lies in ${args.folder}` });
    return resolve(args.folder, only);
  };
  const handler = isBuiltIn(args) ? args.handler : find(args.handler, '--handler', isHandlerCode);
  const isPython = handler !== undefined && (args.runtime ?? runtimeOf(handler)) !== 'node';
  return {
    parts: {
      handler,
      configFile: find(args.configFile, '--config-file', (name) => CONFIG_NAMES.includes(name)),
      requirementsFile: find(
        args.requirementsFile,
        '--requirements-file',
        (name) => isPython && name === REQUIREMENTS_NAME,
      ),
      modelFile: find(args.modelFile, '--model-file', () => false),
    },
    choices,
  };
}

function isBuiltIn({ handler, runtime }: ModelArguments): boolean {
  return (
    handler !== undefined &&
    handlerFile(handler, runtime ?? (runtimeOf(handler) satisfies RuntimeName)) === undefined
  );
}

/** A path in the snapshot goes before one of the same name outside. */
function serializedIn(
  { serializedFile, folder }: ModelArguments,
  { paths }: SnapshotFiles,
): string | undefined {
  if (serializedFile === undefined || paths.includes(serializedFile)) return serializedFile;
  return resolve(folder, serializedFile);
}

function ambiguous(folder: string, flag: string, found: readonly string[]): Error {
  const what = flag === '--handler' ? 'handler' : 'model configuration';
  return serveError('DISCOVERY_AMBIGUOUS', {
    what,
    folder,
    candidates: found.map((name) => basename(name)).join(', '),
    flag,
  });
}
