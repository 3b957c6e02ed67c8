import { createRequire } from 'node:module';
import type { Document, LineCounter, Node } from 'yaml';

export interface YamlPlace {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** One `key: value` of a map, with where both begin. */
export interface YamlEntry {
  readonly key: string;
  readonly value: unknown;
  readonly keyAt: YamlPlace;
  readonly valueAt: YamlPlace;
  /** The entries of the value when it is a map; undefined otherwise. */
  readonly entries?: readonly YamlEntry[];
}

export interface YamlDocument {
  readonly kind: 'read';
  readonly value: Readonly<Record<string, unknown>>;
  /** Every entry of the top map in the order of the file, repeated keys included. */
  readonly entries: readonly YamlEntry[];
}

export interface BrokenYaml {
  readonly kind: 'broken';
  readonly problem: YamlPlace & { readonly message: string };
}

type YamlLibrary = typeof import('yaml');

const START: YamlPlace = { line: 1, column: 1 };
const MAX_DEPTH = 64;

/** Parses one document whose top is a map (or nothing), by the rules of YAML 1.1 that PyYAML follows. Never throws. */
export function parseYaml(text: string): YamlDocument | BrokenYaml {
  const library = loadLibrary();
  const counter = new library.LineCounter();
  try {
    const document = library.parseDocument(text, {
      version: '1.1',
      uniqueKeys: false,
      lineCounter: counter,
      prettyErrors: false,
    });
    const [error] = document.errors;
    if (error?.code === 'MULTIPLE_DOCS')
      return broken('there is more than one document', placeOf(counter, error.pos[0]));
    if (error) return broken(error.message, placeOf(counter, error.pos[0]));
    return readDocument(library, document, counter);
  } catch (error) {
    // The library throws for aliases that expand without end and for nesting deeper than the stack.
    return broken(error instanceof Error ? error.message : String(error), START);
  }
}

/** Read when the first document is: a server whose models have no model-config.yaml never loads it. */
function loadLibrary(): YamlLibrary {
  return createRequire(import.meta.url)('yaml') as YamlLibrary;
}

function readDocument(
  library: YamlLibrary,
  document: Document,
  counter: LineCounter,
): YamlDocument | BrokenYaml {
  const value: unknown = document.toJS();
  if (value === null || value === undefined) return { kind: 'read', value: {}, entries: [] };
  if (!library.isMap(document.contents)) return broken('the top of the file must be a map of keys', START);
  const values = value as Readonly<Record<string, unknown>>;
  const source = { library, document, counter };
  return { kind: 'read', value: values, entries: entriesOf(source, document.contents, values, 0) };
}

interface Source {
  readonly library: YamlLibrary;
  readonly document: Document;
  readonly counter: LineCounter;
}

/** The entries of a map node; what `<<` merges in comes where the `<<` stands. `values` is the same map as plain values. */
function entriesOf(source: Source, node: unknown, values: unknown, depth: number): YamlEntry[] {
  const { library, document, counter } = source;
  if (!library.isMap(node) || depth > MAX_DEPTH) return [];
  const plain = (values ?? {}) as Readonly<Record<string, unknown>>;
  return node.items.flatMap((pair) => {
    const key = keyOf(library, pair.key);
    const written = (pair.value ?? undefined) as Node | undefined;
    const value = library.isAlias(written) ? written.resolve(document) : written;
    if (key === '<<') return entriesOf(source, value, values, depth + 1);
    const keyAt = placeOf(counter, (pair.key as Node).range?.[0]);
    const valueAt = written?.range ? placeOf(counter, written.range[0]) : keyAt;
    const entry = { key, value: plain[key], keyAt, valueAt };
    if (!library.isMap(value)) return [entry];
    return [{ ...entry, entries: entriesOf(source, value, plain[key], depth + 1) }];
  });
}

function keyOf(library: YamlLibrary, key: unknown): string {
  const value = library.isScalar(key) ? key.value : key;
  // The library keeps `<<` as a symbol, so that it differs from a quoted key of the same letters.
  return typeof value === 'symbol' ? (value.description ?? '') : String(value);
}

function placeOf(counter: LineCounter, offset: number | undefined): YamlPlace {
  if (offset === undefined) return START;
  const { line, col } = counter.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function broken(message: string, place: YamlPlace): BrokenYaml {
  return { kind: 'broken', problem: { message: message.trim().replace(/\s+/g, ' '), ...place } };
}
