import { homedir } from 'node:os';
import { join } from 'node:path';
import { later, never, now } from './row.js';

/** Keys for Python and C++ workers, for the process around the server, and those TorchServe sets itself. */
export const pythonKeys = {
  python_executable: now(
    'string',
    undefined,
    'Python interpreter of the workers: a path or a name on PATH.',
    {
      defaultText: 'active virtual environment, `python` on PATH',
    },
  ),
  install_py_dep_per_model: now('bool', 'false', 'Install the requirements file of an archive.'),
  python_environments: now(
    'path',
    join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'ts-serve', 'python'),
    'Folder of installed requirements and virtual environments, kept between runs.',
    { defaultText: 'ts-serve/python in the user’s cache folder' },
  ),
  python_environments_max_bytes: now(
    'long',
    '21474836480',
    'Size of that folder beyond which what no model uses is removed, bytes.',
  ),
  python_install_timeout: now('int', '1800', 'Time to install the requirements of one model, s.', { min: 1 }),
  service_envelope: now(
    'string',
    undefined,
    'Envelope around every Python model: `body`, `json`, `kserve`, `kservev2`.',
  ),
  ipex_enable: now('bool', 'false', 'Python handlers use the Intel extension for PyTorch.'),
  ipex_gpu_enable: now('bool', 'false', 'The same on Intel GPUs.'),
  cpu_launcher_enable: later('bool', 'false', 'Pin Python workers to cores.'),
  cpu_launcher_args: later('string', undefined, 'Arguments of the core launcher.'),
  cpp_log_config: later('path', undefined, 'Log configuration of C++ workers.'),
  python: now('string', undefined, 'TorchServe’s name of python_executable, which wins.', { env: false }),
  debug: later('bool', 'false', 'Connect to a worker that is already running.', { env: 'TS_DEBUG' }),
  model_server_home: later('path', undefined, 'Folder of the installed server.', {
    env: 'TS_MODEL_SERVER_HOME',
    direct: 'wins',
  }),
  plugins_path: later('string', undefined, 'Folders of plug-ins.', { env: false, flagAliases: ['ppath'] }),
  vmargs: never('string', undefined, 'Options of the Java machine.', {
    env: false,
    note: 'there is no Java machine',
  }),
  version: never('string', undefined, 'Version that wrote a snapshot.', {
    env: false,
    flag: false,
    note: 'snapshots write it',
  }),
  tsConfigFile: never('string', undefined, 'Configuration file that a snapshot was made with.', {
    env: false,
    flag: false,
    note: 'snapshots write it',
  }),
};
