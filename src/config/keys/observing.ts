import { never, now } from './row.js';

/** Logs and metrics. */
export const observingKeys = {
  log_location: now('path', 'logs', 'Folder of access_log.log, ts_log.log and model_log.log.', {
    env: 'LOG_LOCATION',
    direct: 'fills',
  }),
  metrics_location: now('path', 'logs', 'Folder of ts_metrics.log and model_metrics.log.', {
    env: 'METRICS_LOCATION',
    direct: 'fills',
  }),
  async_logging: now('bool', 'false', 'Accepted; log files are always written in the background.'),
  enable_metrics_api: now('bool', 'true', 'Serve the metrics API.'),
  metrics_mode: now('metricsMode', 'log', '`log`, `prometheus` or `legacy`.'),
  model_metrics_auto_detect: now('bool', 'false', 'Accept metrics of handlers that are not in the table.'),
  disable_system_metrics: now('bool', 'false', 'Do not measure the machine.'),
  metric_time_interval: now('int', '60', 'Time between two measurements of the machine, s.', {
    min: 1,
    env: false,
  }),
  metrics_config: now('path', undefined, "TorchServe's file that defines metrics.", {
    defaultText: 'the metrics of the manual',
  }),
  record_requests: now(
    'path',
    undefined,
    'File that inference requests are recorded in, for `ts bench replay`. Holds their bodies.',
  ),
  record_max_bytes: now('long', '1073741824', 'Size of that file at which recording ends, bytes.', {
    min: 1,
  }),
  record_body_max_bytes: now(
    'long',
    '1048576',
    'Longest body that is recorded, bytes; only the size of longer ones.',
  ),
  record_redact_headers: now(
    'list',
    'authorization,proxy-authorization,cookie,x-api-key,token',
    'Headers and query parameters whose values are not recorded.',
  ),
  system_metrics_cmd: never('string', undefined, 'Program that measures the machine.', {
    env: false,
    note: 'the server reads the machine itself',
  }),
};
