import { join } from 'node:path';
import type { Settings } from '../config/keys.js';
import type { EventHub, HttpExchange, WorkerFacts } from '../core/events.js';
import type { Log, LogLevel } from '../core/log.js';
import { type ConsoleLines, type ConsoleMode, createConsoleLines } from './console-lines.js';
import { createTimestamp, logLine } from './layouts.js';
import { LineFile } from './line-file.js';

/** The log files of a server. No method throws or waits, except `flush` and `close`, which wait for the disk. */
export interface Logs {
  /** ts_log.log. */
  readonly server: Log;
  /** access_log.log. */
  access(exchange: HttpExchange): void;
  /** model_log.log: one line that a worker printed, or a program by its `thread`, such as `install-noop_1.0`. */
  model(source: WorkerFacts | string, stream: 'stdout' | 'stderr', line: string): void;
  /** ts_metrics.log: one line without its time. */
  tsMetric(line: string): void;
  /** model_metrics.log: one line without its time. */
  modelMetric(line: string): void;
  /** Writes what waits before it returns; for a process that is about to end. */
  flush(): void;
  close(): Promise<void>;
}

export interface LogsOptions {
  /** Folder of access_log.log, ts_log.log and model_log.log. */
  readonly folder: string;
  /** Folder of ts_metrics.log and model_metrics.log. */
  readonly metricsFolder: string;
  readonly console: ConsoleMode;
  readonly settings: Pick<Settings, 'logMaxBytes' | 'logFilesKept' | 'logBufferBytes'>;
  /** Wall-clock milliseconds. Default: the system's. */
  readonly now?: () => number;
}

const SERVER_LOGGER = 'ts.serve';
const MODEL_LOGGER = 'MODEL_LOG';

/** Opens TorchServe's five log files, each line in one file only. Throws LOG_FOLDER. */
export function createLogs(options: LogsOptions): Logs {
  const time = createTimestamp(options.now);
  const consoleLines = createConsoleLines(options.console);
  const files = openFiles(options);
  const { access, server, model, tsMetrics, modelMetrics } = files;
  return {
    server: serverLog(server, consoleLines, time),
    access({ remote, method, uri, protocol, status, durationMs }) {
      const ms = Math.floor(durationMs);
      access.write(`${time()} - ${remote} "${method} ${uri} ${protocol}" ${status} ${ms}`);
    },
    model(source, stream, text) {
      const level = stream === 'stdout' ? 'info' : 'warn';
      const name = typeof source === 'string' ? source : nameOf(source);
      const line = logLine(time(), level, `${name}-${stream}`, MODEL_LOGGER, text);
      model.write(line);
      // Not a warning of the server's: handlers print their progress on stderr.
      consoleLines.show('info', line, text);
    },
    tsMetric: (line) => tsMetrics.write(`${time()} - ${line}`),
    modelMetric: (line) => modelMetrics.write(`${time()} - ${line}`),
    flush() {
      for (const file of Object.values(files)) file.flush();
    },
    async close() {
      await Promise.all(Object.values(files).map((file) => file.close()));
      consoleLines.close();
    },
  };
}

/** Writes what happens in the server to its logs. The returned function stops that. */
export function observeLogs(hub: EventHub, logs: Logs): () => void {
  const stops = [
    hub.on('http.answered', (exchange) => logs.access(exchange)),
    hub.on('worker.output', ({ worker, stream, line }) => logs.model(worker, stream, line)),
    hub.on('model.output', ({ model, version, stream, line }) =>
      logs.model(`install-${model}_${version}`, stream, line),
    ),
    hub.on('worker.state', ({ worker, from }) => {
      const name = nameOf(worker);
      logs.server.info(`${name} State change ${from ?? 'null'} -> ${worker.state}`, name);
    }),
    hub.on('model.changed', ({ model, version, change }) => {
      logs.server.info(`Model ${model}, version ${version}: ${change}`);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function openFiles({ folder, metricsFolder, settings }: LogsOptions) {
  const open = (where: string, name: string): LineFile =>
    new LineFile({
      path: join(where, name),
      maxBytes: settings.logMaxBytes,
      filesKept: settings.logFilesKept,
      bufferBytes: settings.logBufferBytes,
      onTrouble: (message) => process.stderr.write(`Warning: ${message}\n`),
    });
  return {
    access: open(folder, 'access_log.log'),
    server: open(folder, 'ts_log.log'),
    model: open(folder, 'model_log.log'),
    tsMetrics: open(metricsFolder, 'ts_metrics.log'),
    modelMetrics: open(metricsFolder, 'model_metrics.log'),
  };
}

function serverLog(file: LineFile, consoleLines: ConsoleLines, time: () => string): Log {
  const write =
    (level: LogLevel) =>
    (message: string, thread = 'main'): void => {
      const line = logLine(time(), level, thread, SERVER_LOGGER, message);
      file.write(line);
      consoleLines.show(level, line, message);
    };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

function nameOf({ id, model, version }: WorkerFacts): string {
  return `W-${id}-${model}_${version}`;
}
