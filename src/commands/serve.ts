import { printError } from './print-error.js';
import { KEY_FLAGS, SERVE_FLAGS } from './serve/flags.js';
import { serveOptions } from './serve/options.js';
import { TsCommand } from './ts-command.js';

/** `ts serve`: serves models until it is told to stop. */
export default class Serve extends TsCommand {
  static override summary = 'Serve models over HTTP.';
  static override description =
    'Names of archives, model folders and .onnx files are served as they are; without any, what load_models names is ' +
    'loaded from the model store. Every configuration key is a flag as well.';
  static override examples = [
    '<%= config.bin %> serve digits.mar',
    '<%= config.bin %> serve small=model.onnx --inference-address http://127.0.0.1:9090',
    '<%= config.bin %> serve --model-store models --models all --ts-config config.properties',
    '<%= config.bin %> serve --stop',
  ];
  static override usage = 'serve [MODEL...] [NAME=MODEL...] [FLAGS]';
  /** Models are arguments without names, as many as one likes. */
  static override strict = false;
  static override flags = { ...SERVE_FLAGS, ...KEY_FLAGS };

  override async run(): Promise<void> {
    const { argv, flags } = await this.parse(Serve);
    const { version: appVersion, root } = this.config;
    const { runServe } = await import('./serve/run.js');
    try {
      const options = serveOptions(
        { flags, models: argv.map(String) },
        { appVersion, root, argv: this.argv },
      );
      process.exitCode = await runServe(options);
    } catch (thrown) {
      process.exitCode = printError(thrown);
    }
  }
}
