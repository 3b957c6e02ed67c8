import { realpathSync } from 'node:fs';
import { relative, sep } from 'node:path';

/** `File "/a/handler.py", line 12` of Python, `(/a/handler.py:12)` of a failed load, `file:///a/h.mjs:12:5` of Node. */
const PYTHON = /File "([^"]+)", line (\d+)/;
const NAMED = /\(([^()\s]+):(\d+)\)$/;
const NODE = /(?:file:\/\/|\(|at )(\/[^()]+?):(\d+):\d+\)?$/;
/** A traceback of Python ends with the innermost call; all others begin with it. */
const INNERMOST_FIRST = /most recent call first/;

/**
 * The line of the model's own files that the reason or the last words of a worker point at, as in `handler.py:12`;
 * undefined if they point at none.
 */
export function placeOf(reason: string, lines: readonly string[], directory: string): string | undefined {
  const roots = [directory, realpath(directory)].map((root) => root + sep);
  const own = (text: string): string | undefined => {
    const [, file = '', line = ''] = PYTHON.exec(text) ?? NODE.exec(text) ?? NAMED.exec(text) ?? [];
    const root = roots.find((one) => file.startsWith(one));
    return root && `${relative(root, file)}:${line}`;
  };
  const first = reason.split('\n').map(own).find(Boolean);
  if (first) return first;
  const dumped = lines.findLastIndex((line) => INNERMOST_FIRST.test(line));
  const found = lines.slice(dumped + 1).map(own);
  const fromNode = lines.some((line) => NODE.test(line.trim()) && !PYTHON.test(line));
  return dumped >= 0 || fromNode ? found.find(Boolean) : found.findLast(Boolean);
}

function realpath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
