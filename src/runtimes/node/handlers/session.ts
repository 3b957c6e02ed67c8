import { readdirSync, statSync } from 'node:fs';
import { basename, resolve, sep } from 'node:path';
import type * as Ort from 'onnxruntime-node';
import { serveError } from '../../../core/errors.js';
import type { Context } from '../handler.js';
import { requireOptional } from './optional-package.js';
import { HandlerSettings } from './settings.js';

export type OrtModule = typeof Ort;
export type Tensor = Ort.Tensor;
export type Feeds = Readonly<Record<string, Tensor>>;

/** What a model says of one input or output. Axes without a fixed size have a name or -1. */
export interface TensorSignature {
  readonly name: string;
  readonly type: Tensor['type'];
  readonly shape: readonly (number | string)[];
}

/** A loaded model and its own signature. */
export interface OnnxModel {
  readonly ort: OrtModule;
  readonly session: Ort.InferenceSession;
  readonly inputs: readonly TensorSignature[];
  readonly outputs: readonly TensorSignature[];
}

/** onnxruntime's name for each device. */
const PROVIDERS = { cpu: 'cpu', cuda: 'cuda', rocm: 'rocm', metal: 'coreml' } as const;

/**
 * Loads the archive's ONNX model on the worker's device with the worker's threads. Throws PACKAGE_MISSING,
 * ONNX_FILE_NOT_FOUND, ONNX_FILE_UNREADABLE or ONNX_PROVIDER_MISSING; it never falls back to another device.
 */
export async function openModel(context: Context, handler: string): Promise<OnnxModel> {
  const path = findModel(context);
  const ort = requireOptional<OrtModule>('onnxruntime-node', handler);
  keepHalvesAsBits(ort);
  const { device, gpu_id: gpu, threads } = context.systemProperties;
  const name = PROVIDERS[device];
  let session: Ort.InferenceSession;
  try {
    session = await ort.InferenceSession.create(path, {
      executionProviders: [name === 'cuda' ? { name, deviceId: gpu ?? 0 } : name],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
    });
  } catch (cause) {
    throw explainFailure(cause, path, device);
  }
  return {
    ort,
    session,
    inputs: session.inputMetadata.map(toSignature),
    outputs: session.outputMetadata.map(toSignature),
  };
}

/**
 * Newer Nodes (24 and later) have a Float16Array. onnxruntime's JavaScript would use it and its native half cannot read it,
 * so it must not be seen at the one moment when the types are settled: when the first tensor is made.
 */
function keepHalvesAsBits({ Tensor: Make }: OrtModule): void {
  const halves = Object.getOwnPropertyDescriptor(globalThis, 'Float16Array');
  if (!halves) return;
  Reflect.deleteProperty(globalThis, 'Float16Array');
  new Make('float32', [0], [1]);
  Object.defineProperty(globalThis, 'Float16Array', halves);
}

/** The manifest's serialized file, else `handler.model` of the configuration, else the only .onnx file there is. */
function findModel({ manifest, modelYamlConfig, systemProperties: { model_dir: folder } }: Context): string {
  const model = manifest.model instanceof Object ? (manifest.model as Record<string, unknown>) : {};
  const serialized = model.serializedFile;
  const named =
    typeof serialized === 'string' && serialized.endsWith('.onnx')
      ? serialized
      : new HandlerSettings(modelYamlConfig).text('model');
  if (named !== undefined) {
    const path = resolve(folder, named);
    if (path.startsWith(folder + sep) && statSync(path, { throwIfNoEntry: false })?.isFile()) return path;
    throw serveError('ONNX_FILE_NOT_FOUND', { found: `no ${named}` });
  }
  const files = readdirSync(folder).filter((file) => file.endsWith('.onnx'));
  const [only] = files;
  if (only !== undefined && files.length === 1) return resolve(folder, only);
  throw serveError('ONNX_FILE_NOT_FOUND', { found: files.length > 0 ? files.sort().join(', ') : 'none' });
}

function explainFailure(cause: unknown, path: string, device: string): Error {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const provider = /AppendExecutionProvider|backend not found|no available backend|provider/i.test(reason);
  if (device !== 'cpu' && provider) return serveError('ONNX_PROVIDER_MISSING', { device, reason }, { cause });
  return serveError('ONNX_FILE_UNREADABLE', { file: basename(path), reason }, { cause });
}

function toSignature(metadata: Ort.InferenceSession.ValueMetadata): TensorSignature {
  if (metadata.isTensor) return { name: metadata.name, type: metadata.type, shape: metadata.shape };
  throw serveError('MODEL_UNFIT', { handler: 'onnx', reason: `${metadata.name} is not a tensor` });
}
