import type { ReplayAnswer } from './send.js';

const MAX_QUOTED = 80;
const MAX_DEPTH = 200;

/**
 * Says in half a sentence where two answers to one request differ; undefined when they do not. JSON is compared by its
 * structure, numbers within `tolerance` (relative to the larger one when that is above 1), everything else byte by byte.
 * Of two refusals (status 400 and above) only the status is compared: servers word them differently.
 */
export function findDifference(
  one: ReplayAnswer,
  other: ReplayAnswer,
  tolerance: number,
): string | undefined {
  if (one.kind === 'unanswered' || other.kind === 'unanswered')
    return one.kind === other.kind ? undefined : `${outcome(one)} against ${outcome(other)}`;
  if (one.status !== other.status) return `${outcome(one)} against ${outcome(other)}`;
  if (one.status >= 400 || one.body.equals(other.body)) return undefined;
  const left = parse(one.body);
  const right = parse(other.body);
  if (left !== undefined && right !== undefined) return compare(left, right, tolerance, '$');
  return differenceOfBytes(one.body, other.body);
}

function outcome(answer: ReplayAnswer): string {
  return answer.kind === 'answered' ? `status ${answer.status}` : `no answer (${answer.reason})`;
}

function compare(
  one: unknown,
  other: unknown,
  tolerance: number,
  path: string,
  depth = 0,
): string | undefined {
  if (typeof one === 'number' && typeof other === 'number') {
    const near = Math.abs(one - other) <= tolerance * Math.max(1, Math.abs(one), Math.abs(other));
    return near ? undefined : `${path} is ${one} against ${other}`;
  }
  const container = (value: unknown): value is object => typeof value === 'object' && value !== null;
  if (!container(one) || !container(other) || Array.isArray(one) !== Array.isArray(other))
    return one === other ? undefined : `${path} is ${quote(one)} against ${quote(other)}`;
  if (depth === MAX_DEPTH)
    return `they are nested more than ${MAX_DEPTH} levels deep, and not the same bytes`;
  if (Array.isArray(one) && Array.isArray(other) && one.length !== other.length)
    return `${path} has ${one.length} elements against ${other.length}`;
  const right = new Map(Object.entries(other));
  for (const [key, value] of Object.entries(one)) {
    const below = Array.isArray(one) ? `${path}[${key}]` : `${path}${member(key)}`;
    if (!right.has(key)) return `${below} is missing in the second`;
    const found = compare(value, right.get(key), tolerance, below, depth + 1);
    if (found !== undefined) return found;
    right.delete(key);
  }
  const [more] = right.keys();
  return more === undefined ? undefined : `${path}${member(more)} is missing in the first`;
}

function member(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

function differenceOfBytes(one: Buffer, other: Buffer): string {
  if (one.length !== other.length) return `${one.length} bytes against ${other.length}`;
  return `byte ${one.findIndex((byte, index) => byte !== other[index])} is another`;
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

function quote(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  const text = JSON.stringify(value);
  return text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text;
}
