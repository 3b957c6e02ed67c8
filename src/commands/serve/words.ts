/** A flag of `ts serve` that is no configuration key. */
export interface ServeWord {
  /** Without the dashes. */
  readonly name: string;
  readonly kind: 'boolean' | 'string';
  readonly summary: string;
  /** The one letter it may be shortened to. */
  readonly char?: 'v';
  readonly aliases?: readonly string[];
  /** Flags it cannot be given with. */
  readonly exclusive?: readonly string[];
}

/** The flags that are no configuration keys. */
export const SERVE_WORDS: readonly ServeWord[] = [
  {
    name: 'start',
    kind: 'boolean',
    summary:
      'Start the server in the background, as TorchServe does; with --foreground stay in the foreground.',
    exclusive: ['stop'],
  },
  { name: 'stop', kind: 'boolean', summary: 'Stop the server that runs on this machine.' },
  {
    name: 'foreground',
    kind: 'boolean',
    summary:
      'Stay in the foreground (without --start this is what happens anyway); with --stop wait for the end.',
  },
  {
    name: 'version',
    kind: 'boolean',
    char: 'v',
    summary: 'Show the version.',
    exclusive: ['start', 'stop'],
  },
  {
    name: 'ts-config',
    kind: 'string',
    summary: 'Configuration file, in the place of config.properties.',
  },
  {
    name: 'log-config',
    kind: 'string',
    summary: 'Log configuration of TorchServe; accepted, but log files are configured by keys here.',
  },
  {
    name: 'ncs',
    kind: 'boolean',
    aliases: ['no-config-snapshots'],
    summary: 'Neither write nor load snapshots; this version has none.',
  },
  {
    name: 'mirror-logs',
    kind: 'boolean',
    summary:
      'Show the lines of ts_log.log and model_log.log on stdout, as torchserve does, in place of the summary.',
  },
  {
    name: 'json',
    kind: 'boolean',
    summary: 'Print one line of JSON when the server is ready, and nothing else.',
  },
];
