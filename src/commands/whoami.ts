import * as Flags from '@oclif/core/flags';
import { printError } from './print-error.js';
import { TsCommand } from './ts-command.js';

/** `ts whoami`: whose token of the Hugging Face hub is used. */
export default class WhoAmI extends TsCommand {
  static override summary = 'Show whose token of the Hugging Face hub is used.';

  static override flags = {
    token: Flags.string({ helpValue: 'TEXT', description: 'Ask about this token.' }),
    json: Flags.boolean({ description: 'Print the account as one JSON object.' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(WhoAmI);
    try {
      const { showAccount } = await import('./download/account.js');
      await showAccount(flags.token, flags.json);
    } catch (error) {
      process.exitCode = printError(error);
    }
  }
}
