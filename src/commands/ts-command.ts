import { Command } from '@oclif/core/command';
import { nearest } from '../config/nearest.js';

/** What the framework throws about a wrong command line. */
interface ParseError extends Error {
  /** Prints all flags below the message, which for some commands pushes it off the screen. */
  showHelp?: boolean;
  /** Those that do not exist, with their dashes. */
  readonly flags?: readonly string[];
}

/** A command of ours: what is wrong with a command line is one paragraph, and names the flag that was meant. */
export abstract class TsCommand extends Command {
  protected override async catch(error: ParseError): Promise<void> {
    error.showHelp = false;
    const meant = (error.flags ?? []).map((flag) => this.#meantBy(flag)).filter((name) => name !== undefined);
    if (meant.length > 0)
      error.message = error.message.replace('\n', `\nDid you mean ${meant.join(' and ')}?\n`);
    await super.catch(error);
  }

  #meantBy(flag: string): string | undefined {
    return flag.startsWith('--') ? nearest(flag, this.#known()) : undefined;
  }

  #known(): string[] {
    return Object.entries(this.ctor.flags).flatMap(([name, flag]) =>
      flag.type === 'boolean' && flag.allowNo ? [`--${name}`, `--no-${name}`] : [`--${name}`],
    );
  }
}
