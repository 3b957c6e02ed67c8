import * as Flags from '@oclif/core/flags';
import type * as Interfaces from '@oclif/core/interfaces';
import type { Key } from '../../config/keys.js';
import { CONFIG_FLAGS, type ConfigFlag } from '../../config/read/flags.js';

/** Every configuration key as a flag, by the flag's name; generated, so that none can be forgotten. */
export const KEY_FLAGS: Interfaces.FlagInput = Object.fromEntries(
  CONFIG_FLAGS.map((flag) => [flag.name, flag.kind === 'boolean' ? switchFlag(flag) : valueFlag(flag)]),
);

/** The flags that are no configuration keys. */
export const SERVE_FLAGS = {
  start: Flags.boolean({
    summary:
      'Start the server in the background, as TorchServe does; with --foreground stay in the foreground.',
    exclusive: ['stop'],
  }),
  stop: Flags.boolean({ summary: 'Stop the server that runs on this machine.' }),
  foreground: Flags.boolean({
    summary:
      'Stay in the foreground (without --start this is what happens anyway); with --stop wait for the end.',
  }),
  version: Flags.boolean({ char: 'v', summary: 'Show the version.', exclusive: ['start', 'stop'] }),
  'ts-config': Flags.string({ summary: 'Configuration file, in the place of config.properties.' }),
  'log-config': Flags.string({
    summary: 'Log configuration of TorchServe; accepted, but log files are configured by keys here.',
  }),
  ncs: Flags.boolean({
    aliases: ['no-config-snapshots'],
    summary: 'Neither write nor load snapshots; this version has none.',
  }),
  'mirror-logs': Flags.boolean({
    summary:
      'Show the lines of ts_log.log and model_log.log on stdout, as torchserve does, in place of the summary.',
  }),
  json: Flags.boolean({ summary: 'Print one line of JSON when the server is ready, and nothing else.' }),
};

/** What was given for keys, by snake_case key, as the configuration reads it. */
export function keyValues(flags: Readonly<Record<string, unknown>>): Partial<Record<Key, string>> {
  const values: Partial<Record<Key, string>> = {};
  for (const { key, name } of CONFIG_FLAGS) {
    const value = flags[name];
    if (value === undefined) continue;
    values[key] = Array.isArray(value) ? value.join(',') : String(value);
  }
  return values;
}

function switchFlag(flag: ConfigFlag) {
  return Flags.boolean({ ...sharedParts(flag), allowNo: true });
}

/** Only the list of models takes several words, as in TorchServe; other lists are written with commas. */
function valueFlag(flag: ConfigFlag) {
  const parts = sharedParts(flag);
  return flag.name === 'models' ? Flags.string({ ...parts, multiple: true }) : Flags.string(parts);
}

function sharedParts({ aliases, doc, default: fallback }: ConfigFlag) {
  const summary = fallback === undefined ? doc : `${doc} [default: ${fallback}]`;
  return { aliases: [...aliases], summary, helpGroup: 'CONFIGURATION KEY' };
}
