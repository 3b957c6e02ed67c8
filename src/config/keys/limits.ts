import { tmpdir } from 'node:os';
import { now } from './row.js';

/** Limits that TorchServe does not have or does not let one set. */
export const limitKeys = {
  drain_timeout: now('int', '30', 'Time for running requests when the server or a worker stops, s.'),
  worker_startup_timeout: now('int', '120', 'Time for a new worker process to dial in, s.', { min: 1 }),
  max_workers_per_model: now('int', '1024', 'Workers one model version may be told to have.', { min: 1 }),
  threads_per_worker: now('int', '0', 'Threads a worker computes with; 0 = CPUs / workers.', {
    env: 'OMP_NUM_THREADS',
    direct: 'fills',
  }),
  worker_line_bytes: now('long', '1048576', 'Longest line of worker output that is kept whole, bytes.', {
    min: 1,
  }),
  worker_output_rate: now(
    'long',
    '1048576',
    'Output of one worker that is logged, bytes per second; what is printed faster is counted and left out.',
    { min: 1024 },
  ),
  stream_buffer_bytes: now('long', '67108864', 'Streamed answer that may wait for a slow client, bytes.', {
    min: 1,
  }),
  max_connections: now('int', '10000', 'Open connections per listener.', { min: 1 }),
  keep_alive_timeout: now('int', '60', 'Time an idle connection stays open, s.', { min: 1 }),
  headers_timeout: now('int', '30', 'Time for the head of a request to arrive, s.', { min: 1 }),
  request_timeout: now('int', '300', 'Time for a whole request to arrive, s.', { min: 1 }),
  max_form_parts: now('int', '1000', 'Parts of one form.', { min: 1 }),
  max_archive_bytes: now('long', '68719476736', 'Largest unpacked size of an archive, bytes.', { min: 1 }),
  max_archive_entries: now('int', '100000', 'Files in one archive.', { min: 1 }),
  max_archive_ratio: now('int', '1000', 'Unpacked size of a file over its packed size.', { min: 1 }),
  download_timeout: now('int', '3600', 'Time for the whole download of an archive, s.', { min: 1 }),
  download_idle_timeout: now('int', '60', 'Time in which a download must bring something new, s.', {
    min: 1,
  }),
  max_metric_series: now('int', '10000', 'Label sets one metric may have, and metrics handlers may add.', {
    min: 1,
  }),
  log_max_bytes: now('long', '104857600', 'Size at which a log file is put aside, bytes.', { min: 4096 }),
  log_files_kept: now('int', '5', 'Log files put aside that are kept.', { max: 1000 }),
  log_buffer_bytes: now('long', '8388608', 'Log text that may wait for the disk, per file, bytes.', {
    min: 65_536,
  }),
  keep_memory_small: now(
    'bool',
    'true',
    'Keep the front below 85 MiB under load instead of 100 to 125, for about 4 % more CPU time.',
  ),
  busy_poll_us: now(
    'int',
    '300',
    'Time for which server and worker look for the next event without sleeping, µs, while single short requests follow each other; 0 = never.',
    { max: 10_000 },
  ),
  temp_folder: now('path', tmpdir(), 'Folder for unpacked archives and sockets.', {
    env: 'TEMP',
    direct: 'fills',
    defaultText: 'of the system',
  }),
};
