import { printError } from './print-error.js';
import { TsCommand } from './ts-command.js';

/** `ts logout`: forgets the token of the Hugging Face hub. */
export default class Logout extends TsCommand {
  static override summary = 'Forget the token of the Hugging Face hub.';

  async run(): Promise<void> {
    await this.parse(Logout);
    try {
      const { logout } = await import('./download/account.js');
      await logout();
    } catch (error) {
      process.exitCode = printError(error);
    }
  }
}
