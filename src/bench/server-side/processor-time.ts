import { readFile } from 'node:fs/promises';

/** What Linux counts processor time in, for programs: always hundredths of a second. */
const TICKS_PER_SEC = 100;

/** Processor time of a process so far, s; undefined where /proc does not tell. */
export async function processorSeconds(pid: number): Promise<number | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The second field is a program's name in brackets and may hold blanks and brackets itself.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  return Number.isNaN(ticks) ? undefined : ticks / TICKS_PER_SEC;
}
