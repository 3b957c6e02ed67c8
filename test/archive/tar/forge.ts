import { gzipSync } from 'node:zlib';
import { Header } from 'tar';

export interface ForgedTarEntry {
  readonly path: string;
  readonly content?: string | Buffer;
  readonly type?: 'File' | 'Directory' | 'SymbolicLink' | 'Link' | 'CharacterDevice' | 'FIFO';
  readonly linkpath?: string;
  /** Size the header claims. */
  readonly sizeBytes?: number;
}

/** A tar file with whatever entries a test asks for. */
export function forgeTar(entries: readonly ForgedTarEntry[]): Buffer {
  const blocks = entries.flatMap(({ path, content = '', type = 'File', linkpath, sizeBytes }) => {
    const bytes = Buffer.from(content);
    const header = new Header({ path, type, linkpath, size: sizeBytes ?? bytes.length, mode: 0o644 });
    header.encode();
    const padding = Buffer.alloc((512 - (bytes.length % 512)) % 512);
    return [header.block ?? Buffer.alloc(512), bytes, padding];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

export function forgeTgz(entries: readonly ForgedTarEntry[]): Buffer {
  return gzipSync(forgeTar(entries));
}
