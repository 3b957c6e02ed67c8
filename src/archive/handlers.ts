import { isNodeCode } from './discovery/names.js';

/** Handlers that need no code in the archive, by runtime. TorchServe's names for Python; for node those of this project. */
export const BUILT_IN_HANDLERS: Readonly<Record<string, readonly string[]>> = {
  python: [
    'base_handler',
    'text_classifier',
    'image_classifier',
    'object_detector',
    'image_segmenter',
    'dali_image_classifier',
    'vllm_handler',
    'trt_llm_handler',
  ],
  node: ['onnx', 'image_classifier', 'text_classifier', 'text_embedding', 'base_handler'],
  LSP: ['BaseHandler', 'TorchScriptHandler'],
};

export const RUNTIMES = ['python', 'python3', 'LSP', 'node'] as const;
export type RuntimeName = (typeof RUNTIMES)[number];

/**
 * The runtime a handler is for when none was asked for: Node for its kinds of source file and for the built-in names that
 * TorchServe does not have, else TorchServe's default.
 */
export function runtimeOf(handler: string): RuntimeName {
  const nodeOnly = builtInHandlers('node').includes(handler) && !builtInHandlers('python').includes(handler);
  return nodeOnly || isNodeCode(fileOf(handler)) ? 'node' : 'python';
}

/** The handlers built into a runtime. */
export function builtInHandlers(runtime: RuntimeName): readonly string[] {
  return BUILT_IN_HANDLERS[runtime === 'python3' ? 'python' : runtime] ?? [];
}

/**
 * The file a `--handler` argument stands for, or undefined when the handler is built in. In Python archives the rules are
 * TorchServe's, the odd one included: a text with `.py` in it is a file name as it stands, `:function` and all.
 */
export function handlerFile(handler: string, runtime: RuntimeName): string | undefined {
  if (builtInHandlers(runtime).includes(handler)) return undefined;
  if (runtime === 'node') return fileOf(handler);
  if (runtime === 'LSP') return `${beforeColon(handler)}${process.platform === 'darwin' ? '.dylib' : '.so'}`;
  return handler.includes('.py') ? handler : `${beforeColon(handler)}.py`;
}

/** `path/to/file.ts` of `path/to/file.ts:exportName`. */
function fileOf(handler: string): string {
  return /^(.*\.\w+):[^/\\]*$/.exec(handler)?.[1] ?? handler;
}

function beforeColon(handler: string): string {
  return handler.split(':')[0] ?? handler;
}
