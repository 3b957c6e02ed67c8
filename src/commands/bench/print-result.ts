import { describeFault } from '../../archive/faults.js';
import { serveError } from '../../core/errors.js';

/**
 * Prints what a long measurement came to. What stdout does not take, as a file on a full disk, goes to stderr: it is not to
 * be lost. A reader that has seen enough (`| head`) is no failure. Throws BENCH_STDOUT.
 */
export async function printResult(text: string): Promise<void> {
  const failure = await write(text);
  if (failure === undefined || failure.code === 'EPIPE') return;
  process.stderr.write(text);
  throw serveError('BENCH_STDOUT', { reason: describeFault(failure) }, { cause: failure });
}

/** What it failed with. A file fails at once, a pipe later; then the framework's listener would end the process. */
function write(text: string): Promise<NodeJS.ErrnoException | undefined> {
  const { stdout } = process;
  const others = stdout.listeners('error') as ((error: Error) => void)[];
  stdout.removeAllListeners('error');
  return new Promise((resolve) => {
    stdout.on('error', resolve);
    const done = (error: NodeJS.ErrnoException | null | undefined) => {
      if (!error) {
        stdout.off('error', resolve);
        for (const other of others) stdout.on('error', other);
      }
      resolve(error ?? undefined);
    };
    try {
      stdout.write(text, done);
    } catch (error) {
      done(error as Error);
    }
  });
}
