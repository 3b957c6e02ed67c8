import { join } from 'node:path';
import { serveError } from '../../../core/errors.js';
import type { PrepareDemand, PreparedProgram, Runtime } from '../../runtime.js';
import { findInterpreters, type Interpreter, InterpreterProbes } from '../interpreter.js';
import { EnvironmentCache, type EnvironmentWish, type HeldEnvironment } from './cache.js';
import { type Installation, installPackages, installVenv, PACKAGES, VENV_PYTHON } from './install.js';
import { environmentKey } from './key.js';
import { type Requirements, readRequirements } from './requirements.js';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A Python runtime that, before a model has workers, chooses its interpreter, and installs its requirements
 * (`install_py_dep_per_model`) or makes its virtual environment (`useVenv`). `environment` is the server's own, where
 * PATH and VIRTUAL_ENV are read.
 */
export function withEnvironments(base: Runtime, environment: Environment): Runtime {
  const probes = new InterpreterProbes();
  return { ...base, prepare: (demand) => prepare(base, demand, environment, probes) };
}

/**
 * Throws PYTHON_NOT_FOUND, PYTHON_UNUSABLE, PYTHON_TOO_OLD, PIP_FAILED, PIP_MISSING, VENV_FAILED, ENVIRONMENT_BUSY and
 * ENVIRONMENT_FOLDER.
 */
async function prepare(
  base: Runtime,
  demand: PrepareDemand,
  environment: Environment,
  probes: InterpreterProbes,
): Promise<Runtime> {
  const { settings, word } = demand;
  const executable = settings.pythonExecutable || settings.python || undefined;
  const found = findInterpreters({ word, executable, environment });
  const interpreter = await probes.probeFirst(found, environment, executable !== undefined);
  const held = await holdEnvironment(demand, interpreter);
  const prepared = programOf(interpreter, demand, held);
  return {
    ...base,
    command: (launch) => base.command({ ...launch, prepared }),
    release: async () => held?.release().catch(() => {}),
  };
}

function programOf(
  { path }: Interpreter,
  { useVenv }: PrepareDemand,
  held: HeldEnvironment | undefined,
): PreparedProgram {
  if (!held) return { interpreter: path, packages: undefined };
  if (useVenv) return { interpreter: join(held.folder, VENV_PYTHON), packages: undefined };
  return { interpreter: path, packages: join(held.folder, PACKAGES) };
}

/** Undefined when the model needs none. */
async function holdEnvironment(
  demand: PrepareDemand,
  interpreter: Interpreter,
): Promise<HeldEnvironment | undefined> {
  const { settings, directory, requirementsFile, environment, useVenv } = demand;
  const { installPyDepPerModel, pythonEnvironments, pythonEnvironmentsMaxBytes } = settings;
  const requirements =
    installPyDepPerModel && requirementsFile
      ? await readRequirements(directory, requirementsFile, environment)
      : undefined;
  if (!requirements && !useVenv) return undefined;
  if (pythonEnvironments === undefined)
    throw serveError('ENVIRONMENT_FOLDER', { path: '', reason: 'none is named' });
  const cache = new EnvironmentCache({
    folder: pythonEnvironments,
    maxBytes: pythonEnvironmentsMaxBytes,
    waitSec: settings.pythonInstallTimeout,
  });
  return cache.hold(wishOf(demand, interpreter, requirements));
}

function wishOf(
  demand: PrepareDemand,
  interpreter: Interpreter,
  requirements: Requirements | undefined,
): EnvironmentWish {
  const { model, directory, environment, useVenv, settings, onLine } = demand;
  const installation: Installation = {
    model,
    python: interpreter.path,
    requirementsFile: requirements?.file,
    directory,
    environment,
    limitSec: settings.pythonInstallTimeout,
    onLine,
  };
  return {
    model,
    key: environmentKey({ interpreter, requirements, useVenv, directory, environment }),
    about: { interpreter, requirements: requirements?.lines ?? [], virtualEnvironment: useVenv },
    make: (folder, finalFolder) =>
      useVenv ? installVenv(folder, finalFolder, installation) : installPackages(folder, installation),
  };
}
