#!/usr/bin/env node
// `torch-model-archiver`: `ts archive` under TorchServe's name and with its rules for arguments.
import { openDoor } from '../dist/commands/doors/door.js';
import { torchModelArchiver } from '../dist/commands/doors/torch-model-archiver.js';

process.exitCode = await openDoor(torchModelArchiver, process.argv.slice(2));
