#!/usr/bin/env node
// `torchserve`: `ts serve` under TorchServe's name, with its habits: in the background, log lines on stdout.
const args = process.argv.slice(2);
const says = (...words) => args.some((word) => words.includes(word));
if (!says('--start', '--stop', '-v', '--version', '--help', '-h')) args.unshift('--start');
if (says('--start')) args.push('--mirror-logs');
process.argv.splice(2, process.argv.length, 'serve', ...args);
await import('./ts.js');
