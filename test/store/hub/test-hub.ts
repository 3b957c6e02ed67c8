import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A file of a repository; large ones lie on the second server, as on the real hub. */
export interface RepoFile {
  readonly bytes: Buffer;
  /** Kept as LFS: hashed by SHA-256 and answered by a redirect. Default: only `.bin`, `.safetensors`, `.onnx`. */
  readonly lfs?: boolean;
}

export interface TestRepo {
  readonly type?: 'model' | 'dataset';
  readonly files: Readonly<Record<string, RepoFile | Buffer | string>>;
  /** Branches and tags beside `main`. */
  readonly revisions?: readonly string[];
  /** Only for those who send this token. */
  readonly privateFor?: string;
  /** Metadata is open, files are for those who send this token. */
  readonly gatedFor?: string;
}

/** What was asked, on either server. */
export interface SeenRequest {
  readonly server: 'hub' | 'cdn';
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
}

/** Takes an answer over; true when it has. Called before the hub answers itself. */
export type Fault = (request: SeenRequest, response: ServerResponse, body: Buffer | undefined) => boolean;

/** A hub on two ports of this machine: the API and small files on one, large files on the other. */
export interface TestHub {
  readonly url: string;
  readonly cdnUrl: string;
  readonly seen: SeenRequest[];
  /** Adds or replaces a repository and gives its commit. */
  put(id: string, repo: TestRepo): string;
  /** Changes how requests are answered; undefined for the usual way. */
  fault: Fault | undefined;
  /** Files per page of the list; all on one by default. */
  pageSize: number;
  /** Accounts by token, for whoami. */
  readonly accounts: Map<string, Record<string, unknown>>;
  close(): Promise<void>;
}

interface StoredFile {
  readonly path: string;
  readonly bytes: Buffer;
  readonly lfs: boolean;
  readonly oid: string;
  readonly sha256: string;
}

interface StoredRepo {
  readonly id: string;
  readonly commit: string;
  readonly files: ReadonlyMap<string, StoredFile>;
  readonly spec: TestRepo;
}

const LFS_NAME = /\.(bin|safetensors|onnx)$/;

/** Starts a hub that answers as huggingface.co does on the routes that are used for downloading. */
export async function startTestHub(): Promise<TestHub> {
  const hub = new Hub();
  await hub.start();
  return hub;
}

/** git's id of a file. */
export function gitSha1(bytes: Buffer): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

class Hub implements TestHub {
  readonly seen: SeenRequest[] = [];
  readonly accounts = new Map<string, Record<string, unknown>>();
  fault: Fault | undefined;
  pageSize = Number.POSITIVE_INFINITY;
  url = '';
  cdnUrl = '';
  readonly #repos = new Map<string, StoredRepo>();
  readonly #servers: Server[] = [];

  async start(): Promise<void> {
    this.url = await this.#listen((request, response) => this.#answer('hub', request, response));
    // Another host for the client, as the name differs.
    const cdn = await this.#listen((request, response) => this.#answer('cdn', request, response));
    this.cdnUrl = cdn.replace('127.0.0.1', 'localhost');
  }

  put(id: string, spec: TestRepo): string {
    const files = new Map(Object.entries(spec.files).map(([path, file]) => [path, store(path, file)]));
    const ids = [...files.values()].map(({ path, oid }) => `${path} ${oid}`).join('\n');
    const commit = createHash('sha1').update(`${id}\n${ids}`).digest('hex');
    this.#repos.set(`${spec.type ?? 'model'}s/${id}`, { id, commit, files, spec });
    return commit;
  }

  async close(): Promise<void> {
    for (const server of this.#servers) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  async #listen(listener: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
    const server = createServer(listener);
    this.#servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  #answer(server: SeenRequest['server'], request: IncomingMessage, response: ServerResponse): void {
    // As a proxy gets it, the whole address stands there.
    const { pathname, search, searchParams } = new URL(request.url ?? '/', this.url);
    const path = decodeURIComponent(pathname);
    const seen = { server, path: path + search, headers: request.headers };
    this.seen.push(seen);
    if (server === 'cdn') this.#sendBlob(seen, path, response);
    else if (path === '/api/whoami-v2') this.#sendAccount(seen, response);
    else if (path.startsWith('/api/')) this.#sendApi(seen, path, searchParams, response);
    else this.#sendResolve(seen, path, response);
  }

  #sendAccount(seen: SeenRequest, response: ServerResponse): void {
    if (this.fault?.(seen, response, undefined)) return;
    const account = this.accounts.get(tokenOf(seen) ?? '');
    if (account) sendJson(response, 200, account);
    else refuse(response, 401, undefined, 'Invalid credentials in Authorization header');
  }

  #sendApi(seen: SeenRequest, path: string, query: URLSearchParams, response: ServerResponse): void {
    const [, kind, id = '', verb = '', rest = ''] =
      /^\/api\/(models|datasets)\/((?:[^/]+\/)?[^/]+?)\/(revision|tree)\/(.+)$/.exec(path) ?? [];
    const repo = this.#open(seen, `${kind}/${id}`, rest, response, false);
    if (!repo || this.fault?.(seen, response, undefined)) return;
    if (verb === 'revision') {
      const siblings = [...repo.files.keys()].map((rfilename) => ({ rfilename }));
      const { privateFor, gatedFor } = repo.spec;
      const facts = { id, modelId: id, sha: repo.commit, private: privateFor !== undefined };
      sendJson(response, 200, { ...facts, gated: gatedFor === undefined ? false : 'auto', siblings });
    } else this.#sendTree(repo, seen.path.split('?')[0] ?? '', Number(query.get('cursor') ?? 0), response);
  }

  #sendTree(repo: StoredRepo, path: string, from: number, response: ServerResponse): void {
    const entries = treeOf(repo);
    const to = Math.min(entries.length, from + this.pageSize);
    if (to < entries.length)
      response.setHeader('link', `<${this.url}${path}?recursive=true&cursor=${to}>; rel="next"`);
    sendJson(response, 200, entries.slice(from, to));
  }

  #sendResolve(seen: SeenRequest, path: string, response: ServerResponse): void {
    const [, dataset, id = '', revision = '', name = ''] =
      /^\/(datasets\/)?((?:[^/]+\/)?[^/]+?)\/resolve\/([^/]+)\/(.+)$/.exec(path) ?? [];
    const repo = this.#open(seen, `${dataset ? 'datasets' : 'models'}/${id}`, revision, response, true);
    if (!repo) return;
    const file = repo.files.get(name);
    response.setHeader('x-repo-commit', repo.commit);
    if (!file) {
      refuse(response, 404, 'EntryNotFound', 'Entry not found');
      return;
    }
    if (!file.lfs) {
      response.setHeader('etag', `"${file.oid}"`);
      this.#sendBytes(seen, file.bytes, response);
      return;
    }
    if (this.fault?.(seen, response, undefined)) return;
    response.setHeader('x-linked-etag', `"${file.sha256}"`);
    response.setHeader('x-linked-size', String(file.bytes.length));
    const location = `${this.cdnUrl}/${file.sha256}?signature=1&file=${encodeURIComponent(name)}`;
    response.writeHead(302, { location, 'content-type': 'text/plain' });
    response.end(`Found. Redirecting to ${location}`);
  }

  #sendBlob(seen: SeenRequest, path: string, response: ServerResponse): void {
    const sha256 = path.slice(1);
    const files = [...this.#repos.values()].flatMap((repo) => [...repo.files.values()]);
    const file = files.find((found) => found.sha256 === sha256);
    if (file) this.#sendBytes(seen, file.bytes, response);
    else refuse(response, 403, undefined, 'no such object');
  }

  #sendBytes(seen: SeenRequest, bytes: Buffer, response: ServerResponse): void {
    const [, start] = /^bytes=(\d+)-$/.exec(seen.headers.range ?? '') ?? [];
    const from = Number(start ?? 0);
    if (this.fault?.(seen, response, bytes.subarray(from))) return;
    if (start !== undefined && from >= bytes.length) {
      response.writeHead(416, { 'content-range': `bytes */${bytes.length}` });
      response.end();
      return;
    }
    const range = { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` };
    const length = { 'content-length': String(bytes.length - from), 'accept-ranges': 'bytes' };
    response.writeHead(start === undefined ? 200 : 206, { ...length, ...(start === undefined ? {} : range) });
    response.end(seen.headers[':method'] === 'HEAD' ? undefined : bytes.subarray(from));
  }

  /** The repository, if it is there and may be read; else the refusal has been sent. */
  #open(
    seen: SeenRequest,
    key: string,
    revision: string,
    response: ServerResponse,
    files: boolean,
  ): StoredRepo | undefined {
    const repo = this.#repos.get(key);
    const token = tokenOf(seen);
    const { privateFor, gatedFor, revisions = [] } = repo?.spec ?? {};
    if (!repo || (privateFor !== undefined && token !== privateFor))
      refuse(response, token === undefined ? 401 : 404, 'RepoNotFound', 'Repository not found');
    else if (![repo.commit, 'main', ...revisions].includes(revision))
      refuse(response, 404, 'RevisionNotFound', `Invalid rev id: ${revision}`);
    else if (files && gatedFor !== undefined && token !== gatedFor)
      refuse(response, token ? 403 : 401, 'GatedRepo', `Access to model ${repo.id} is restricted.`);
    else return repo;
    return undefined;
  }
}

function store(path: string, file: RepoFile | Buffer | string): StoredFile {
  const given = typeof file === 'string' ? Buffer.from(file) : file;
  const { bytes, lfs = LFS_NAME.test(path) } = Buffer.isBuffer(given) ? { bytes: given } : given;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  // The id of a large file is that of its pointer.
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256}\nsize ${bytes.length}\n`;
  return { path, bytes, lfs, oid: gitSha1(lfs ? Buffer.from(pointer) : bytes), sha256 };
}

function treeOf({ files }: StoredRepo): unknown[] {
  const folders = new Set<string>();
  for (const path of files.keys())
    for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1))
      folders.add(path.slice(0, at));
  const oid = '0'.repeat(40);
  return [
    ...[...folders].map((path) => ({ type: 'directory', oid, size: 0, path })),
    ...[...files.values()].map(({ path, bytes, lfs, oid, sha256 }) => ({
      type: 'file',
      oid,
      size: bytes.length,
      path,
      ...(lfs ? { lfs: { oid: sha256, size: bytes.length, pointerSize: 134 } } : {}),
    })),
  ];
}

function tokenOf({ headers }: SeenRequest): string | undefined {
  return /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(value));
}

function refuse(response: ServerResponse, status: number, code: string | undefined, message: string): void {
  if (code) response.setHeader('x-error-code', code);
  response.setHeader('x-error-message', message);
  sendJson(response, status, { error: message });
}
