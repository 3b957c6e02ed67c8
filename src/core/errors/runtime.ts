import { COMMAND_LINE, errorRows } from './row.js';

/** What goes wrong in the `runtime` room: starting workers and loading handlers. All but the first arise in the worker. */
export const runtimeErrors = errorRows({
  WORKER_PROGRAM_MISSING: {
    ...COMMAND_LINE,
    message: 'The worker program {file} is not there.',
    hint: 'In a checkout, run `npm run build`; otherwise install ts-serve again.',
  },
  HANDLER_NOT_FOUND: {
    ...COMMAND_LINE,
    message:
      'The handler "{handler}" is neither a file of the archive (its handler files: {files}) nor a built-in handler ({builtIns}).',
    hint: 'Name one of these with --handler when archiving.',
  },
  HANDLER_IMPORT_FAILED: {
    ...COMMAND_LINE,
    message: 'The handler {file} could not be imported: {reason}',
    hint: 'Files and packages it imports must be in the archive: add them with --extra-files.',
  },
  HANDLER_EXPORT_MISSING: {
    ...COMMAND_LINE,
    message: 'The handler {file} has no export "{name}"; it exports {exports}.',
  },
  HANDLER_SHAPE: {
    ...COMMAND_LINE,
    message:
      'The handler {file} {found}; expected a class, an object or a function with handle() or with preprocess(), inference() or postprocess().',
    hint: 'Export it as default, or name the export as in "handler.ts:MyHandler".',
  },
  HANDLER_SETTING_INVALID: {
    ...COMMAND_LINE,
    message: 'handler.{key} of model-config.yaml is {value}; expected {expected}.',
  },
  ONNX_FILE_NOT_FOUND: {
    ...COMMAND_LINE,
    message: 'The handler needs one .onnx file and the archive holds {found}.',
    hint: 'Name it with --serialized-file when archiving, or as handler.model in model-config.yaml.',
  },
  ONNX_FILE_UNREADABLE: {
    ...COMMAND_LINE,
    message: 'onnxruntime cannot load {file}: {reason}',
    hint: 'Check that the file is a whole ONNX model and that its external data lie beside it.',
  },
  ONNX_PROVIDER_MISSING: {
    ...COMMAND_LINE,
    message: 'The model should run on {device}, but onnxruntime-node cannot use it here: {reason}',
    hint: 'Set deviceType: cpu in model-config.yaml to compute on the CPU, or install the provider with `npm rebuild onnxruntime-node --ignore-scripts=false` and CUDA 12 with cuDNN 9.',
  },
  PACKAGE_MISSING: {
    ...COMMAND_LINE,
    message: 'The handler {handler} needs the package {package}, which is not installed: {reason}',
    hint: 'Install it beside ts-serve: {install}',
  },
  HANDLER_FILE_MISSING: {
    ...COMMAND_LINE,
    message: 'The handler {handler} needs {file} in the archive.',
    hint: 'Add it with --extra-files when archiving.',
  },
  HANDLER_FILE_INVALID: {
    ...COMMAND_LINE,
    message: '{file} of the archive cannot be used: {reason}',
  },
  MODEL_UNFIT: {
    ...COMMAND_LINE,
    message: 'The handler {handler} cannot use this model: {reason}',
    hint: 'Use the handler onnx, which takes any model, or a handler of your own.',
  },
  PYTHON_NOT_FOUND: {
    status: 400,
    grpc: 'FAILED_PRECONDITION',
    type: 'ModelException',
    message:
      'No Python interpreter was found: looked for {names}, {places}. The key python_executable may name another.',
    hint: 'Install Python 3.9 or newer, or name an interpreter with --python-executable.',
  },
  PYTHON_UNUSABLE: {
    status: 400,
    grpc: 'FAILED_PRECONDITION',
    type: 'ModelException',
    message: 'The Python interpreter {path} cannot be used: {reason}',
    hint: 'Name another with --python-executable (python_executable).',
  },
  PYTHON_TOO_OLD: {
    status: 400,
    grpc: 'FAILED_PRECONDITION',
    type: 'ModelException',
    message: 'The Python interpreter {path} is Python {version}; workers need {oldest} or newer.',
    hint: 'Name another with --python-executable (python_executable).',
  },
  PIP_FAILED: {
    status: 400,
    grpc: 'FAILED_PRECONDITION',
    type: 'ModelException',
    message: 'Custom pip package installation failed for model {model}: {reason}',
    hint: 'logs/model_log.log has everything pip printed.',
  },
  PIP_MISSING: {
    status: 400,
    grpc: 'FAILED_PRECONDITION',
    type: 'ModelException',
    message:
      'Custom pip package installation failed for model {model}: the Python interpreter {path} has no pip.',
    hint: 'Install it with "{path} -m ensurepip" or with the package python3-pip of the system.',
  },
  VENV_FAILED: {
    status: 400,
    grpc: 'FAILED_PRECONDITION',
    type: 'ModelException',
    message: 'Virtual environment creation failed for model {model}: {reason}',
    hint: 'Debian and Ubuntu have the module venv in a package of its own: python3-venv.',
  },
  ENVIRONMENT_FOLDER: {
    status: 400,
    grpc: 'FAILED_PRECONDITION',
    type: 'ModelException',
    message: 'The folder {path} for Python environments cannot be used: {reason}',
    hint: 'Name another with --python-environments (python_environments).',
  },
  ENVIRONMENT_BUSY: {
    status: 400,
    grpc: 'FAILED_PRECONDITION',
    type: 'ModelException',
    message:
      'The Python environment of model {model} is still being made by another server after {limitSec} s (python_install_timeout).',
  },
});
