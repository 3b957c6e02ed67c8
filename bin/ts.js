#!/usr/bin/env node
// `ts` and `ts-serve`. The version, which scripts ask for often, is answered before the command line framework is
// loaded; a server is started and a download begun without it.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const [first, ...rest] = process.argv.slice(2);
if (rest.length === 0 && (first === '--version' || first === '-v')) {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  process.stdout.write(`ts-serve ${version}\n`);
} else if (!(await doneAtOnce(first, rest))) {
  const { execute } = await import('@oclif/core/execute');
  await execute({ dir: import.meta.url });
}

async function doneAtOnce(command, words) {
  if (command === 'serve') {
    const { serveAtOnce } = await import('../dist/commands/serve/at-once.js');
    return serveAtOnce(words, root);
  }
  if (command === 'download') {
    const { downloadAtOnce } = await import('../dist/commands/download/at-once.js');
    return downloadAtOnce(words);
  }
  return false;
}
