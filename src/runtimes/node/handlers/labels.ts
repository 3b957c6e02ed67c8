import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serveError } from '../../../core/errors.js';

const FILE = 'index_to_name.json';

/** Class number → name. */
export type Labels = (index: number) => string;

/**
 * Reads index_to_name.json in any of TorchServe's forms: names by index, lists whose last entry is the name, or
 * `{"object_type_names": [...]}`. Without the file, or for an index it lacks, the name is the number. Throws
 * HANDLER_FILE_INVALID.
 */
export function readLabels(folder: string): Labels {
  const path = join(folder, FILE);
  if (!existsSync(path)) return String;
  const content = parse(readFileSync(path, 'utf8'));
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw serveError('HANDLER_FILE_INVALID', { file: FILE, reason: 'it must hold a JSON object' });
  const names = 'object_type_names' in content ? content.object_type_names : content;
  return (index) => toName((names as Record<string, unknown>)[String(index)]) ?? String(index);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw serveError('HANDLER_FILE_INVALID', { file: FILE, reason: String(cause) }, { cause });
  }
}

function toName(value: unknown): string | undefined {
  const name: unknown = Array.isArray(value) ? value.at(-1) : value;
  return name === undefined || name === null ? undefined : String(name);
}
