import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A Python model to be written into a store. */
export interface PythonModel {
  /** Text of handler.py. */
  readonly handler: string;
  /** More files by their names. */
  readonly files?: Readonly<Record<string, string>>;
  /** Text of model-config.yaml. */
  readonly config?: string;
  /** Text of requirements.txt. */
  readonly requirements?: string;
}

/** Writes a model as the archiver's `no-archive` format has it. */
export function writePythonModel(store: string, name: string, model: PythonModel): void {
  const folder = join(store, name);
  const { config, requirements } = model;
  const files = {
    'handler.py': model.handler,
    ...(config === undefined ? {} : { 'model-config.yaml': config }),
    ...(requirements === undefined ? {} : { 'requirements.txt': requirements }),
    ...model.files,
    'MAR-INF/MANIFEST.json': JSON.stringify({
      runtime: 'python',
      model: {
        modelName: name,
        modelVersion: '1.0',
        handler: 'handler.py',
        ...(config === undefined ? {} : { configFile: 'model-config.yaml' }),
        ...(requirements === undefined ? {} : { requirementsFile: 'requirements.txt' }),
      },
    }),
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

const inInitialize = (line: string, imports = 'import os'): string =>
  `${imports}\n\n\nclass Handler:\n    def initialize(self, context):\n        ${line}\n\n    def handle(self, data, context):\n        return data\n`;

/** Handlers that do not load, with the reason that is to be told, and the place. */
export const UNLOADABLE: Readonly<Record<string, { handler: string; reason: string; place?: string }>> = {
  syntax: {
    handler: 'def handle(data, context)\n    return data\n',
    reason: 'SyntaxError',
    place: 'handler.py:1',
  },
  missing: {
    handler: '\nimport no_such_module\n\n\ndef handle(data, context):\n    return data\n',
    reason: "ModuleNotFoundError: No module named 'no_such_module'",
    place: 'handler.py:2',
  },
  classless: { handler: 'answer = 42\n', reason: 'ValueError' },
  handless: { handler: 'class Handler:\n    pass\n', reason: 'ValueError' },
  raising: {
    handler: inInitialize('raise FileNotFoundError("no weights here")'),
    reason: 'FileNotFoundError: no weights here',
    place: 'handler.py:6',
  },
  leaving: { handler: inInitialize('os._exit(7)'), reason: 'The worker ended with exit code 7.' },
  exiting: {
    handler: inInitialize('sys.exit(3)', 'import sys'),
    reason: 'SystemExit: 3',
    place: 'handler.py:6',
  },
  crashing: {
    handler: inInitialize('ctypes.string_at(0)', 'import ctypes'),
    reason: 'The worker was ended by SIGSEGV.',
    place: 'handler.py:6',
  },
  hanging: {
    handler: inInitialize('time.sleep(60)', 'import time'),
    reason: 'The worker did not load the model within 1000 ms.',
    place: 'handler.py:6',
  },
};

/** The same for handlers that have no memory: 507. */
export const STARVED: typeof UNLOADABLE = {
  starving: {
    handler: inInitialize('raise MemoryError("too large")'),
    reason: 'MemoryError: too large',
    place: 'handler.py:6',
  },
  gpuless: {
    handler: inInitialize('raise RuntimeError("CUDA out of memory")'),
    reason: 'CUDA out of memory',
    place: 'handler.py:6',
  },
  killed: {
    handler: inInitialize('os.kill(os.getpid(), 9)'),
    reason: 'The worker was killed from outside, as systems do when memory runs out.',
  },
};
