import { COMMAND_LINE, errorRows } from './row.js';

/** What goes wrong in the `config` and `logging` rooms. */
export const configErrors = errorRows({
  CONFIG_FILE_NOT_FOUND: {
    ...COMMAND_LINE,
    message: '--ts-config file not found: {path}',
    hint: 'The file is named by {origin}. Correct the path, or leave it out to start with the defaults.',
  },
  CONFIG_FILE_UNREADABLE: {
    ...COMMAND_LINE,
    message: 'The configuration file {path} cannot be read: {reason}.',
    hint: 'It must be a Java properties file (key=value lines) of at most {limitBytes} bytes.',
  },
  CONFIG_ENVIRONMENT: {
    ...COMMAND_LINE,
    message: 'Invalid Environment Variable {name}',
    hint: '{source} uses $${name}$$. Set the variable, or write the value itself.',
  },
  CONFIG_VALUE: {
    ...COMMAND_LINE,
    message: 'Invalid configuration: {key} is "{value}" in {source}, but {expected}.',
    hint: 'docs/configuration.md lists every key with its type and default.',
  },
  CONFIG_TLS: {
    ...COMMAND_LINE,
    message: 'Invalid configuration: {key} is "{value}" in {source}, but TLS is not part of this version.',
    hint: 'Use an http:// address, or put a proxy that speaks TLS in front. It is not served unencrypted instead.',
  },
  CONFIG_FOLDER_NOT_FOUND: {
    ...COMMAND_LINE,
    message: '--{flag} directory not found: {path}',
    hint: 'The folder is named by {source}. Create it, or correct the path.',
  },
  CONFIG_TEMP_FOLDER: {
    ...COMMAND_LINE,
    message: 'Invalid temp directory: {path}, please check TEMP environment variable.',
    hint: 'The folder is named by {source}. It must exist and be writable.',
  },
  MODEL_CONFIG_INVALID: {
    ...COMMAND_LINE,
    message: '{file} is not a valid model configuration. {problems}',
    hint: 'docs/configuration.md lists the keys of model-config.yaml.',
  },
  METRICS_FILE: {
    ...COMMAND_LINE,
    message: 'The metrics file {path} cannot be used: {reason}.',
    hint: 'It is named by metrics_config. docs/metrics.md shows its form; without the key the usual metrics are recorded.',
  },
  LOG_FOLDER: {
    ...COMMAND_LINE,
    message: 'Log files cannot be written to {path}: {reason}.',
    hint: 'Choose a folder with --log-location or --metrics-location (LOG_LOCATION, METRICS_LOCATION).',
  },
  RECORD_FILE: {
    ...COMMAND_LINE,
    message: 'Requests cannot be recorded in {path}: {reason}.',
    hint: 'Name a file that can be written with --record-requests (record_requests).',
  },
});
