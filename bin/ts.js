#!/usr/bin/env node
// `ts` and `ts-serve`. The version is answered before the command line framework is loaded: scripts ask for it often.
import { readFileSync } from 'node:fs';

const [first, ...rest] = process.argv.slice(2);
if (rest.length === 0 && (first === '--version' || first === '-v')) {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  process.stdout.write(`ts-serve ${version}\n`);
} else {
  const { execute } = await import('@oclif/core/execute');
  await execute({ dir: import.meta.url });
}
