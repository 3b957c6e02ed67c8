import { printError } from '../print-error.js';
import { type Given, helpText, type Option, parseArguments, UsageProblem, usageText } from './argparse.js';

/** A command under a name of TorchServe's. */
export interface Door {
  /** The name it is called by. */
  readonly program: string;
  readonly about: string;
  readonly options: readonly Option[];
  run(given: Given): Promise<void>;
}

/** Opens a door and gives the exit code: 0, 1 for a failure, 2 for wrong usage. */
export async function openDoor(door: Door, words: readonly string[]): Promise<number> {
  const { program, options, about } = door;
  if (words.some((word) => word === '-h' || word === '--help')) {
    process.stdout.write(helpText(program, options, about));
    return 0;
  }
  try {
    await door.run(parseArguments(words, options));
    return 0;
  } catch (error) {
    if (!(error instanceof UsageProblem)) return printError(error);
    process.stderr.write(`${usageText(program, options)}\n${program}: error: ${error.message}\n`);
    return 2;
  }
}

/** The last value of an option, as argparse keeps it. */
export function lastValue(given: Given, name: string): string | undefined {
  return given.get(name)?.at(-1);
}
