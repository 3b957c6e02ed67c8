/**
 * `NODE_OPTIONS` with which a process says on stderr, when it ends, how many modules of the command line framework it has
 * loaded: `framework modules: 0`.
 */
export const COUNT_FRAMEWORK_MODULES = `--import=data:text/javascript,${encodeURIComponent(`
import { createRequire } from 'node:module';
const { cache } = createRequire(process.cwd() + '/x.js');
process.on('exit', () => {
  const loaded = Object.keys(cache).filter((path) => path.includes('@oclif'));
  process.stderr.write('framework modules: ' + loaded.length + '\\n');
});`)}`;
