#!/usr/bin/env node
// `torch-workflow-archiver` under TorchServe's name and with its rules for arguments.
import { openDoor } from '../dist/commands/doors/door.js';
import { torchWorkflowArchiver } from '../dist/commands/doors/torch-workflow-archiver.js';

process.exitCode = await openDoor(torchWorkflowArchiver, process.argv.slice(2));
