import { spawnSync } from 'node:child_process';
import { onTestFinished } from 'vitest';

/**
 * Puts an empty disk at a folder until the test is over; what comes back makes it read-only. Undefined where disks may not
 * be mounted. Permissions would not do: root may write wherever it is not the disk that refuses.
 */
export function readOnlyDisk(folder: string): (() => void) | undefined {
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'none', folder]).status !== 0) return undefined;
  onTestFinished(() => void spawnSync('umount', [folder]));
  return () => void spawnSync('mount', ['-o', 'remount,ro', folder]);
}
