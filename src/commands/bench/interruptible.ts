import { setMaxListeners } from 'node:events';
import { printError } from '../print-error.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs a measurement that can be told to end early and still shows what it has. Sets the exit code of the process: what
 * `act` gives, or that of the error it throws, which is printed.
 */
export async function runInterruptible(act: (signal: AbortSignal) => Promise<number>): Promise<void> {
  const interruption = new AbortController();
  // Each request that is under way listens, and there may be many.
  setMaxListeners(0, interruption.signal);
  const interrupt = () => interruption.abort(new Error('interrupted'));
  for (const signal of SIGNALS) process.on(signal, interrupt);
  try {
    process.exitCode = await act(interruption.signal);
  } catch (error) {
    process.exitCode = printError(error);
  } finally {
    for (const signal of SIGNALS) process.off(signal, interrupt);
  }
}
