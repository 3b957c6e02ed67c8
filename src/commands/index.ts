import Inspect from './archive/inspect.js';
import Archive from './archive.js';
import Bench from './bench.js';
import Serve from './serve.js';

/** Every command by its name; `:` stands where the user types a space. */
export const COMMANDS = {
  archive: Archive,
  'archive:inspect': Inspect,
  serve: Serve,
  bench: Bench,
};
