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
  system_metrics_cmd: never('string', undefined, 'Program that measures the machine.', {
    env: false,
    note: 'the server reads the machine itself',
  }),
};
