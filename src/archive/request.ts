import { dirname, resolve } from 'node:path';
import { serveError } from '../core/errors.js';
import { type Choice, discover, type Given } from './discover.js';
import { splitList } from './extra-files.js';
import { builtInHandlers, handlerFile, type RuntimeName, runtimeOf } from './handlers.js';
import type { ArchiveFormat } from './plan.js';
import type { ModelRequest } from './plan-model.js';

/** The flags of `ts archive` as they were typed. */
export interface ModelArguments extends Given {
  readonly modelName: string;
  readonly version?: string;
  /** Lists with commas. */
  readonly extraFiles: readonly string[];
  readonly exportPath: string;
  readonly format: ArchiveFormat;
  readonly force: boolean;
  /** Folder the command runs in. */
  readonly folder: string;
  /** SOURCE_DATE_EPOCH, seconds since 1970. */
  readonly createdSec?: number;
}

export interface CompletedRequest {
  readonly request: ModelRequest;
  /** What was not said but found. */
  readonly choices: readonly Choice[];
  /** Names in the model folder that did not go in. */
  readonly leftOut: readonly string[];
}

const DEFAULT_VERSION = '1.0';

/**
 * Fills in what the flags leave open. A command line with both handler and version is one torch-model-archiver would
 * take, and means the same here: nothing is added. Any other is completed from the folder the command runs in, unless
 * it names files of another folder. Throws what `discover` throws.
 */
export async function completeRequest(args: ModelArguments): Promise<CompletedRequest> {
  const { handler, version } = args;
  if (handler !== undefined && version !== undefined) return asTyped(args, handler, args.runtime);
  if (inFolder(args)) return fromFolder(args);
  if (handler !== undefined) return asTyped(args, handler, args.runtime);
  return forSerializedFile(args);
}

function asTyped(
  args: ModelArguments,
  handler: string,
  runtime: RuntimeName | undefined,
  choices: readonly Choice[] = [],
): CompletedRequest {
  const { modelName, extraFiles, ...rest } = args;
  const request: ModelRequest = {
    ...rest,
    kind: 'Model',
    name: modelName,
    version: args.version ?? DEFAULT_VERSION,
    handler,
    runtime: runtime ?? runtimeOf(handler),
    extraFiles: splitList(extraFiles),
  };
  return { request, choices, leftOut: [] };
}

/** Whether every file that was named lies directly in the folder, which then is the model's own. */
function inFolder({ folder, ...given }: ModelArguments): boolean {
  const code = given.handler === undefined ? undefined : codeOf(given.handler, given.runtime);
  const named = [code, given.serializedFile, given.modelFile, given.requirementsFile, given.configFile];
  return named.every((path) => path === undefined || dirname(resolve(folder, path)) === resolve(folder));
}

function codeOf(handler: string, runtime: RuntimeName | undefined): string | undefined {
  return handlerFile(handler, runtime ?? runtimeOf(handler));
}

async function fromFolder(args: ModelArguments): Promise<CompletedRequest> {
  const { extraFiles, choices, leftOut, ...found } = await discover(args.folder, args);
  const { handler, runtime, serializedFile, modelFile, requirementsFile, configFile } = found;
  const parts = { serializedFile, modelFile, requirementsFile, configFile };
  const typed = asTyped({ ...args, ...parts }, handler, runtime);
  const below = serializedFile?.includes('/') && !args.serializedFile ? [serializedFile] : [];
  return { request: { ...typed.request, keptFiles: [...extraFiles, ...below] }, choices, leftOut };
}

/** The model lies elsewhere, so nothing is looked for here; an .onnx file needs no handler code. */
function forSerializedFile(args: ModelArguments): CompletedRequest {
  const { serializedFile, runtime } = args;
  const node = runtime === undefined || runtime === 'node';
  if (node && serializedFile?.endsWith('.onnx'))
    return asTyped(args, 'onnx', 'node', [
      { flag: '--handler', value: 'onnx', why: `it serves the tensors of ${serializedFile} as they are` },
    ]);
  throw serveError('DISCOVERY_EMPTY', {
    folder: args.folder,
    reason: 'no --handler was given, and the files that were named lie in another folder',
    candidates: `Give --handler a file or one of: ${builtInHandlers(runtime ?? 'python').join(', ')}. Or run the command inside the model folder.`,
  });
}
