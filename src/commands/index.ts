import Inspect from './archive/inspect.js';
import Archive from './archive.js';
import Replay from './bench/replay.js';
import Tune from './bench/tune.js';
import Bench from './bench.js';
import Download from './download.js';
import Login from './login.js';
import Logout from './logout.js';
import Serve from './serve.js';
import WhoAmI from './whoami.js';

/** Every command by its name; `:` stands where the user types a space. */
export const COMMANDS = {
  archive: Archive,
  'archive:inspect': Inspect,
  download: Download,
  serve: Serve,
  bench: Bench,
  'bench:tune': Tune,
  'bench:replay': Replay,
  login: Login,
  logout: Logout,
  whoami: WhoAmI,
};
