#!/usr/bin/env node
// `ts-model-archiver` is `ts archive`.
process.argv.splice(2, 0, 'archive');
await import('./ts.js');
