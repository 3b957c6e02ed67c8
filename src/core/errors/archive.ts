import { COMMAND_LINE, errorRows } from './row.js';

/** What an API client gets when the archive it names cannot be used; status and type are TorchServe's. */
const REFUSED = { status: 400, grpc: 'INVALID_ARGUMENT', type: 'InvalidModelException' } as const;

/** What goes wrong in the `archive` room. */
export const archiveErrors = errorRows({
  ARCHIVE_MISSING: {
    ...COMMAND_LINE,
    message: '{path} does not exist.',
    hint: 'Check the spelling, and the folder the command runs in.',
  },
  ARCHIVE_UNREADABLE: {
    ...COMMAND_LINE,
    message: '{path} cannot be read: {reason}.',
    hint: 'Check that it is a file or folder this user may read.',
  },
  ARCHIVE_BROKEN: {
    ...REFUSED,
    message: '{path} is not a sound archive: {reason}.',
    hint: 'Copy or build it again; "ts archive inspect" checks every file inside.',
  },
  ARCHIVE_UNSAFE: {
    ...REFUSED,
    message: '{path} was refused: {reason}.',
    hint: 'An archive may hold only plain files and folders, each once, under relative names. Build it again from its files.',
  },
  ARCHIVE_LIMIT: {
    ...REFUSED,
    message: '{path} was refused: {what}, and the limit is {limit}.',
    hint: 'If the archive can be trusted, raise {key} in config.properties.',
  },
  ARCHIVE_EXTRACT: {
    ...COMMAND_LINE,
    message: '{path} cannot be extracted to {folder}: {reason}.',
    hint: 'Check the free space and the permissions of that folder, or choose another one with TEMP.',
  },
  /** TorchServe's words; the reason is in the hint. */
  MANIFEST_INVALID: {
    ...REFUSED,
    message: 'Failed to parse signature.json.',
    hint: 'MAR-INF/MANIFEST.json of {path}: {reason}.',
  },
  NAME_INVALID: {
    ...COMMAND_LINE,
    message:
      '{kind} name contains special characters. The allowed regular expression filter for {noun} name is: {pattern}',
    hint: 'Use letters, digits, "_", "-" and "."; begin with a letter or a digit.',
  },
  EXPORT_PATH_INVALID: {
    ...COMMAND_LINE,
    message: 'Given export-path {path} is not a directory. Point to a valid export-path directory.',
    hint: 'Create the folder first, or leave --export-path out to write into the current one.',
  },
  ARCHIVE_EXISTS: {
    ...COMMAND_LINE,
    message: '{path} already exists.',
    hint: 'Please specify --force/-f option to overwrite it, or choose another name or --export-path.',
  },
  ARCHIVE_FOLDER_IN_USE: {
    ...COMMAND_LINE,
    message: '{path} cannot be replaced: {reason}.',
    hint: 'Choose another --export-path or --model-name, or move that folder away.',
  },
  INPUT_MISSING: {
    ...COMMAND_LINE,
    message: 'File does not exist: {path} ({flag}).',
    hint: 'Correct the path; relative ones start at the folder the command runs in.',
  },
  INPUT_UNREADABLE: {
    ...COMMAND_LINE,
    message: '{path} ({flag}) cannot be read: {reason}.',
    hint: 'It must be a file this user may read.',
  },
  INPUT_CHANGED: {
    ...COMMAND_LINE,
    message: '{path} changed while it was being archived.',
    hint: 'Wait until nothing writes to it any more and run the command again.',
  },
  INPUT_NAME: {
    ...COMMAND_LINE,
    message: '{path} cannot be archived: {reason}.',
    hint: 'Rename the file; the archive must open on every system.',
  },
  INPUT_CLASH: {
    ...COMMAND_LINE,
    message: '{one} and {other} would get the same name in the archive: {name}.',
    hint: 'Files from different folders land side by side. Rename one, or leave one out.',
  },
  ARCHIVE_WRITE: {
    ...COMMAND_LINE,
    message: '{path} cannot be written: {reason}.',
    hint: 'Check the free space and the permissions of that folder. Nothing was left behind.',
  },
  ARCHIVE_CANCELLED: {
    ...COMMAND_LINE,
    message: 'Interrupted: {path} was not written.',
    hint: 'Run the command again to build it.',
    exitCode: 130,
  },
  HANDLER_MISMATCH: {
    ...COMMAND_LINE,
    message: 'Handler "{handler}" does not fit runtime {runtime}: {reason}.',
    hint: 'Give --handler a file or one of: {builtIn}.',
  },
  HANDLER_WITHOUT_MODEL: {
    ...COMMAND_LINE,
    message: 'Handler "{handler}" of runtime node serves an .onnx model, and {reason}.',
    hint: 'Name the .onnx file with --serialized-file. A model of PyTorch is served by runtime python.',
  },
  DISCOVERY_EMPTY: {
    ...COMMAND_LINE,
    message: 'Nothing to archive was recognised in {folder}: {reason}.',
    hint: '{candidates}',
  },
  DISCOVERY_AMBIGUOUS: {
    ...COMMAND_LINE,
    message: 'There is more than one {what} in {folder}: {candidates}.',
    hint: 'Say which with {flag}.',
  },
  EXTERNAL_DATA_MISSING: {
    ...COMMAND_LINE,
    message: '{model} keeps weights in {data}, and {reason}.',
    hint: 'Put the data file where the model expects it, beside the .onnx file, before archiving.',
  },
  ARCHIVE_USAGE: {
    ...COMMAND_LINE,
    message: '{reason}',
    hint: 'Run "{command} --help" for the flags and examples.',
    exitCode: 2,
  },
});
