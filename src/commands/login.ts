import * as Flags from '@oclif/core/flags';
import { printError } from './print-error.js';
import { TsCommand } from './ts-command.js';

/** `ts login`: remembers a token of the Hugging Face hub. */
export default class Login extends TsCommand {
  static override summary = 'Remember a token of the Hugging Face hub.';

  static override description =
    'The token is checked and kept where all Hugging Face tools look for it (HF_HOME/token), readable by you alone. ' +
    'Without --token it is asked for, or read from standard input.';

  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> < token.txt',
  ];

  static override flags = {
    token: Flags.string({
      helpValue: 'TEXT',
      description: 'The token. Others on this machine may see it while the command runs.',
    }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Login);
    try {
      const { login } = await import('./download/account.js');
      await login(flags.token);
    } catch (error) {
      process.exitCode = printError(error);
    }
  }
}
