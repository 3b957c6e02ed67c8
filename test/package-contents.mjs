// Checks what `npm pack` would publish: every bin and its code, nothing of tests, sources or scratch.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const [{ files, unpackedSize }] = JSON.parse(
  execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }),
);
const paths = files.map((file) => file.path);
const { bin, exports } = JSON.parse(readFileSync('package.json', 'utf8'));
const needed = [...Object.values(bin), exports['.'].default, exports['.'].types].map((path) =>
  path.replace(/^\.\//, ''),
);
const workers = ['dist/runtimes/node/main.js', 'dist/runtimes/python/ts/worker/main.py'];
const licences = ['LICENSE', 'dist/THIRD-PARTY-LICENSES.txt'];
const missing = [...needed, 'README.md', ...licences, ...workers].filter((path) => !paths.includes(path));
const stray = paths.filter((path) =>
  /^(src|test|\.ci|\.cache)\/|\.(log|tgz|mar)$|node_modules|__pycache__/.test(path),
);
console.log(`${paths.length} files, ${Math.round(unpackedSize / 1024)} KiB`);
if (missing.length > 0 || stray.length > 0) {
  console.error(`missing: ${missing.join(', ') || 'nothing'}; stray: ${stray.join(', ') || 'nothing'}`);
  process.exit(1);
}
