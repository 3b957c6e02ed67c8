import type { ResolvedSettings } from '../../config/resolve.js';
import { serveError } from '../../core/errors.js';
import { splitName } from '../../server/load.js';
import { keepMemoryFlat } from '../../server/memory.js';
import { pidFilePath, readPidFile, removePidFile, writePidFile } from '../../server/pid-file.js';
import { type RunningServer, startServer } from '../../server/start.js';
import { STARTED } from './background.js';
import type { ServeOptions } from './options.js';
import { readyLine, startUpText } from './report.js';

/** As a shell tells of a program that Ctrl-C ended. */
const INTERRUPTED = 130;
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** Serves until a signal comes, and drains then; a second signal ends at once. The result is the exit code. */
export async function serveInForeground(options: ServeOptions, resolved: ResolvedSettings): Promise<number> {
  const pidPath = claimPidFile(options, resolved.settings.tempFolder);
  if (resolved.settings.keepMemorySmall) keepMemoryFlat();
  try {
    const server = await startServer({
      resolved,
      env: process.env,
      console: options.mirrorLogs ? 'all' : 'warnings',
      models: options.models.map((word) => ({ ...splitName(word), required: true, cwd: process.cwd() })),
    });
    const stopped = stopOnSignal(server, options.json);
    // TorchServe's tools wait for this line; models may still be loading.
    if (options.mirrorLogs) process.stdout.write('Model server started.\n');
    else await Promise.race([report(server, options, resolved), stopped]);
    tellStarter();
    return await stopped;
  } finally {
    if (pidPath !== undefined) removePidFile(pidPath, process.pid);
  }
}

/** Whoever started this server in the background waits for the word. */
function tellStarter(): void {
  process.send?.(STARTED, () => process.disconnect?.());
}

/**
 * `--start` stands for the one server of a machine. Without it there may be many, and the first one that finds no
 * other is the one `--stop` ends.
 */
function claimPidFile({ start }: ServeOptions, tempFolder: string): string | undefined {
  const path = pidFilePath(tempFolder);
  const found = readPidFile(path);
  const other = found.state === 'running' && found.pid !== process.pid ? found.pid : undefined;
  if (other !== undefined && start) throw serveError('ALREADY_RUNNING', { pid: other });
  if (other !== undefined) return undefined;
  writePidFile(path, process.pid);
  return path;
}

async function report(
  server: RunningServer,
  { json, start }: ServeOptions,
  { settings }: ResolvedSettings,
): Promise<void> {
  await server.ready();
  process.stdout.write(json ? readyLine(server) : await startUpText(server, settings.logLocation, start));
}

function stopOnSignal(server: RunningServer, json: boolean): Promise<number> {
  return new Promise((resolve, reject) => {
    let signals = 0;
    const onSignal = (signal: NodeJS.Signals): void => {
      signals += 1;
      if (signals === 1) {
        if (signal === 'SIGINT' && !json)
          process.stderr.write('Stopping when all requests are answered; press Ctrl-C again to end now.\n');
        server.stop().then(() => resolve(signals > 1 ? INTERRUPTED : 0), reject);
      } else if (signals === 2) {
        server.kill().then(() => resolve(INTERRUPTED), reject);
      } else process.exit(INTERRUPTED);
    };
    for (const signal of SIGNALS) process.on(signal, onSignal);
    process.once('exit', () => server.flush());
  });
}
