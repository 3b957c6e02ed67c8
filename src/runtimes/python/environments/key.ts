import { createHash } from 'node:crypto';
import type { Interpreter } from '../interpreter.js';
import type { Requirements } from './requirements.js';

export interface KeyFacts {
  readonly interpreter: Interpreter;
  /** Undefined when nothing is installed. */
  readonly requirements: Requirements | undefined;
  readonly useVenv: boolean;
  /** The model's folder; counts only for what is installed as a link to it. */
  readonly directory: string;
  /** pip's options may stand here. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** What pip reads from its environment that may change what it installs. */
const PIP_VARIABLES = [
  'PIP_INDEX_URL',
  'PIP_EXTRA_INDEX_URL',
  'PIP_NO_INDEX',
  'PIP_FIND_LINKS',
  'PIP_CONSTRAINT',
  'PIP_PRE',
  'PIP_NO_DEPS',
  'PIP_NO_BINARY',
  'PIP_ONLY_BINARY',
  'PIP_PREFER_BINARY',
] as const;
/** Raised when environments are laid out in another way, so that old ones are left alone. */
const LAYOUT = 1;
const DIGITS = 40;

/** The name of an environment: hexadecimal digits, the same for models that may share one. */
export function environmentKey(facts: KeyFacts): string {
  const { interpreter, requirements, useVenv, directory, environment } = facts;
  const options = PIP_VARIABLES.map((name) => environment[name] ?? null);
  const parts = [
    LAYOUT,
    [interpreter.path, interpreter.version, interpreter.tag, interpreter.machine],
    useVenv,
    requirements ? [requirements.fingerprint, options] : null,
    requirements?.editable ? directory : null,
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, DIGITS);
}
