import { readdirSync, realpathSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Tells what the context and the environment offer to a handler. */
export default class About {
  #atStart;

  initialize(context) {
    this.#atStart = { manifest: context.manifest, config: context.modelYamlConfig };
  }

  handle(data, context) {
    return data.map((row, idx) => this.#tell(String(row.body ?? ''), context, idx, data.length));
  }

  #tell(word, context, idx, batch) {
    const { model_dir: folder, device, threads, server_version, ...properties } = context.systemProperties;
    if (word === 'manifest') return this.#atStart.manifest;
    if (word === 'config') return this.#atStart.config;
    if (word === 'files') return filesIn(folder);
    if (word === 'headers') {
      // Python's context lists the content type of each part among the headers.
      const body = { 'content-type': context.getRequestContentType(idx, 'body') };
      return { ...interesting(context.getAllRequestHeaders(idx)), body };
    }
    if (word.startsWith('env '))
      return Object.fromEntries(
        word
          .split(' ')
          .slice(1)
          .map((name) => [name, process.env[name] ?? null]),
      );
    if (word === 'names')
      return { model: context.modelName, id: /^[0-9a-f-]{36}$/.test(context.getRequestId(idx) ?? ''), batch };
    if (word !== 'properties') return 'ask: properties manifest config files names headers env';
    return {
      ...properties,
      model_dir_exists: statSync(folder).isDirectory(),
      cwd_is_model_dir: realpathSync(process.cwd()) === realpathSync(folder),
    };
  }
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

function interesting(headers) {
  const known = ['explain', 'describe', 'url_path', 'body'];
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.toLowerCase().startsWith('x-') || known.includes(name)),
  );
}
