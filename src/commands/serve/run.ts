import { existsSync } from 'node:fs';
import { checkFolders } from '../../config/folders.js';
import { type ResolvedSettings, resolveSettings } from '../../config/resolve.js';
import { serveError } from '../../core/errors.js';
import { startInBackground, stopServer } from './background.js';
import { serveInForeground } from './foreground.js';
import type { ServeOptions } from './options.js';

/** Where the server is not started in TorchServe's place, it need not answer in its words alone. */
const OWN_HABITS = { failure_details: 'true' } as const;

/** Does what the command line asks for; the result is the exit code. Throws a ServeError that says what is wrong. */
export async function runServe(options: ServeOptions): Promise<number> {
  if (options.version) {
    process.stdout.write(`TorchServe Version is ${options.appVersion}\n`);
    return 0;
  }
  const resolved = resolve(options);
  if (options.stop) return stopServer(resolved.settings.tempFolder, options.foreground);
  checkFiles(options, resolved);
  if (options.start && !options.foreground) return startInBackground(options, resolved.settings.tempFolder);
  return serveInForeground(options, resolved);
}

function resolve({ keys, tsConfig, logConfig, start }: ServeOptions): ResolvedSettings {
  const defaults = start ? {} : OWN_HABITS;
  const resolved = resolveSettings({ flags: keys, env: process.env, cwd: process.cwd(), tsConfig, defaults });
  if (logConfig === undefined) return resolved;
  const warning =
    '--log-config has no effect: log files are configured by keys (--log-location, --log-max-bytes).';
  return { ...resolved, warnings: [...resolved.warnings, warning] };
}

/** With the words of TorchServe's launcher. */
function checkFiles({ models, start, logConfig }: ServeOptions, resolved: ResolvedSettings): void {
  checkFolders(resolved);
  const files = { 'log-config': logConfig, 'cpp-log-config': resolved.settings.cppLogConfig };
  for (const [flag, path] of Object.entries(files))
    if (path !== undefined && !existsSync(path)) throw serveError('FILE_NOT_FOUND', { flag, path });
  const { modelStore, loadModels } = resolved.settings;
  if (models.length > 0 || modelStore !== undefined) return;
  if (start) throw serveError('MODEL_STORE_REQUIRED', {});
  if (loadModels.length === 0) throw serveError('NOTHING_TO_SERVE', {});
}
