import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder with stand-ins for vendors' tools, each a shell script with the given body; it goes with the test. */
export function makeTools(tools: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'tools-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, body] of Object.entries(tools)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  }
  return folder;
}

/** An nvidia-smi with so many GPUs that answers what it is asked for, and fails when asked for something else. */
export function nvidiaSmi(gpus: number): string {
  const lines = Array.from({ length: gpus }, (_, index) => `echo '${index}, NVIDIA H200, 143771'`);
  const answer = gpus === 0 ? "echo 'No devices were found'; exit 6" : lines.join('\n');
  return `case "$1" in --query-gpu=index*) ;; *) exit 2 ;; esac\n${answer}`;
}
