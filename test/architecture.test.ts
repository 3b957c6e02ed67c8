import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'vite';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SOURCES = filesUnder('src', '.ts');
const MAX_FILE_LINES = 400;
const MAX_FUNCTION_LINES = 60;
const BANNED_NAMES = /(^|[-.])(utils?|helpers?|managers?|common)([-.]|$)/;

interface Source {
  readonly path: string;
  readonly text: string;
  readonly room: string;
  /** Repository paths of the sources it imports, type imports included. */
  readonly imports: readonly string[];
}

const sources: Source[] = SOURCES.map(readSource);
const rooms = readRooms();

describe('the architecture', () => {
  it('has a row in the table for every room and a room for every row', () => {
    const folders = readdirSync(join(ROOT, 'src'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
    expect(folders.sort()).toEqual([...rooms.keys()].sort());
  });

  it('lets a room import only what its row lists', () => {
    const strays = sources.flatMap((source) =>
      source.imports
        .map(roomOf)
        .filter((room) => room !== source.room && room !== 'core' && !rooms.get(source.room)?.includes(room))
        .map((room) => `${source.path} imports ${room}`),
    );
    expect(strays).toEqual([]);
  });

  it('has no ring of imports, type imports included', () => {
    expect(findRing(new Map(sources.map((source) => [source.path, source.imports])))).toEqual([]);
  });

  it(`keeps every file within ${MAX_FILE_LINES} lines`, () => {
    const long = [...SOURCES, ...filesUnder('test', '.ts')]
      .map((path) => `${path} ${read(path).split('\n').length - 1}`)
      .filter((line) => Number(line.split(' ')[1]) > MAX_FILE_LINES);
    expect(long).toEqual([]);
  });

  it(`keeps every function within ${MAX_FUNCTION_LINES} lines`, () => {
    expect(sources.flatMap(longFunctions)).toEqual([]);
  });

  it('uses no name that says nothing', () => {
    expect(SOURCES.filter((path) => path.split('/').some((part) => BANNED_NAMES.test(part)))).toEqual([]);
    expect(SOURCES.filter((path) => !/^[a-z0-9-]+\.ts$/.test(basename(path)))).toEqual([]);
  });

  it('has a test at the same path for every source with logic', () => {
    const tests = new Set(filesUnder('test', '.test.ts'));
    const missing = sources
      .filter((source) => hasLogic(source) && basename(source.path) !== 'index.ts')
      .map((source) => source.path.replace(/^src/, 'test').replace(/\.ts$/, '.test.ts'))
      .filter((test) => !tests.has(test));
    expect(missing).toEqual([]);
  });

  it('leaves no unfinished words and no machine paths behind', () => {
    const words = /\b(TODO|FIXME|XXX)\b|\/work\/|\/root\//;
    const left = [...SOURCES, ...filesUnder('bin', '.js'), ...filesUnder('docs', '.md')].filter((path) =>
      words.test(read(path)),
    );
    expect(left).toEqual([]);
  });

  it('shows at the top level exactly what the project promises', () => {
    const promised = [
      'bin',
      'docs',
      'fixtures',
      'package.json',
      'package-lock.json',
      'src',
      'test',
      'tsconfig.json',
    ];
    const papers = ['CHANGELOG.md', 'CONTRIBUTING.md', 'LICENSE', 'README.md'];
    const made = ['dist', 'node_modules', 'coverage', 'logs'];
    const shown = readdirSync(ROOT).filter((name) => !name.startsWith('.') && !made.includes(name));
    expect(shown.sort()).toEqual([...promised, ...papers].sort());
  });
});

describe('the checks of the architecture', () => {
  it('find a ring', () => {
    const ring = findRing(
      new Map([
        ['a', ['b']],
        ['b', ['c']],
        ['c', ['a']],
      ]),
    );
    expect(ring).toEqual(['a', 'b', 'c', 'a']);
  });

  it('find a function that is too long', () => {
    const body = '  x += 1;\n'.repeat(MAX_FUNCTION_LINES);
    const text = `export function long(): void {\n  let x = 0;\n${body}}\n`;
    expect(longFunctions({ path: 'src/core/long.ts', text, room: 'core', imports: [] })).toHaveLength(1);
  });
});

function filesUnder(folder: string, ending: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .sort();
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

function readSource(path: string): Source {
  const text = read(path);
  const { staticImports, staticExports, dynamicImports } = parseSync(path, text).module;
  const specifiers = [
    ...staticImports.map((found) => found.moduleRequest.value),
    ...staticExports.flatMap((found) => found.entries.map((entry) => entry.moduleRequest?.value ?? '')),
    ...dynamicImports.map((found) =>
      text.slice(found.moduleRequest.start, found.moduleRequest.end).replace(/['"`]/g, ''),
    ),
  ];
  const imports = specifiers
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => join(dirname(path), specifier).replace(/\.js$/, '.ts'));
  return { path, text, room: roomOf(path), imports: [...new Set(imports)] };
}

function roomOf(path: string): string {
  return path.split('/')[1] ?? '';
}

/** The table of rooms in docs/architecture.md: room → what it may import. */
function readRooms(): Map<string, string[]> {
  const section = read('docs/architecture.md').split('## Rooms')[1]?.split('\n## ')[0] ?? '';
  const rows = [...section.matchAll(/^\| `(\w+)` \|.*\| ([^|]*) \|$/gm)];
  return new Map(rows.map(([, room = '', list = '']) => [room, list.match(/\w+/g) ?? []]));
}

function findRing(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const walk = (path: string, trail: readonly string[]): string[] => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
    if (done.has(path)) return [];
    for (const next of imports.get(path) ?? []) {
      const ring = walk(next, [...trail, path]);
      if (ring.length > 0) return ring;
    }
    done.add(path);
    return [];
  };
  for (const path of imports.keys()) {
    const ring = walk(path, []);
    if (ring.length > 0) return ring;
  }
  return [];
}

function longFunctions(source: Source): string[] {
  return functionsOf(source)
    .filter(({ lines }) => lines > MAX_FUNCTION_LINES)
    .map(({ line, lines }) => `${source.path}:${line} ${lines} lines`);
}

/** Types, constants and lists need no test of their own: what makes logic is a function with a body. */
function hasLogic(source: Source): boolean {
  return functionsOf(source).length > 0;
}

interface FoundFunction {
  readonly line: number;
  readonly lines: number;
}

function functionsOf({ path, text }: Source): readonly FoundFunction[] {
  const found: FoundFunction[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) node.forEach(visit);
    if (typeof node !== 'object' || node === null || Array.isArray(node)) return;
    const { type = '', start = 0, end = 0 } = node as { type?: string; start?: number; end?: number };
    if (/Function/.test(type) && !type.startsWith('TS')) {
      const line = text.slice(0, start).split('\n').length;
      found.push({ line, lines: text.slice(start, end).split('\n').length });
    }
    Object.values(node).forEach(visit);
  };
  visit(parseSync(path, text).program);
  return found;
}
