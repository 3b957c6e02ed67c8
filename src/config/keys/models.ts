import { later, now } from './row.js';

/** Which models are served, from where, and with how many workers. */
export const modelKeys = {
  model_store: now('path', undefined, 'Folder that holds the archives.'),
  load_models: now('list', undefined, 'Models to load at start: `url`, `name=url`, or `all`.', {
    flag: 'models',
    flagAliases: ['load-models'],
  }),
  models: now('models', undefined, 'Settings per model and version, JSON (see below).', {
    env: false,
    flag: 'models-json',
  }),
  default_workers_per_model: now('int', '0', 'Workers of a model that names none; 0 = GPUs, else CPUs.'),
  job_queue_size: now('int', '100', 'Requests that may wait for one model version.', { min: 1 }),
  default_response_timeout: now('int', '120', 'Time for one answer of a worker, s.', { min: 1 }),
  default_startup_timeout: now('int', '120', 'Time for a worker to load its model, s.', { min: 1 }),
  unregister_model_timeout: now('int', '120', 'Time for workers to stop when a model goes, s.', { min: 1 }),
  failure_details: now(
    'bool',
    'false',
    'Tell clients why a worker died, with its last lines, in errors and descriptions.',
    { defaultText: '`true`; `false` with --start' },
  ),
  default_service_handler: now('string', undefined, 'Handler when neither archive nor request names one.'),
  decode_input_request: now('bool', 'true', 'Workers decode JSON and text before the handler sees them.'),
  limit_max_image_pixels: now('bool', 'true', 'Refuse images with very many pixels.'),
  number_of_gpu: now('int', undefined, 'GPUs to use at most.', { defaultText: 'all' }),
  initial_worker_port: now('int', '9000', 'Number of the first worker; each next one gets the next number.'),
  blacklist_env_vars: now('regex', undefined, 'Environment variables hidden from workers (whole name).'),

  initial_distribution_port: now('int', '29500', 'Number of the first worker of a parallel model.'),
  workflow_store: later('path', undefined, 'Folder that holds workflow archives.', {
    defaultText: 'model_store',
  }),
  model_snapshot: later('string', undefined, 'Models to restore; written by snapshots.', {
    env: false,
    flag: false,
  }),
  ts_header_key_sequence_id: now('string', 'ts_request_sequence_id', 'Header that names a sequence.', {
    env: 'TS_HEADER_KEY_SEQUENCE_ID',
  }),
  ts_header_key_sequence_start: now(
    'string',
    'ts_request_sequence_start',
    'Header that starts a sequence: `true`.',
    { env: 'TS_HEADER_KEY_SEQUENCE_START' },
  ),
  ts_header_key_sequence_end: now(
    'string',
    'ts_request_sequence_end',
    'Header of answers: the sequences that are over, with `;` between.',
    {
      env: 'TS_HEADER_KEY_SEQUENCE_END',
    },
  ),
};
