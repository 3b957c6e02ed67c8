import { type FileHandle, open } from 'node:fs/promises';
import { extname } from 'node:path';
import { deflateRawSync } from 'node:zlib';

/** Weights, and formats that are compressed already. */
const STORED_ENDINGS: ReadonlySet<string> = new Set(
  (
    '.pt .pth .onnx .safetensors .bin .ckpt .h5 .gguf .ggml .engine .plan .mar .npz .msgpack .pkl .model ' +
    '.zip .gz .tgz .bz2 .xz .zst .lz4 .br .7z .rar .whl .jar .parquet ' +
    '.png .jpg .jpeg .webp .gif .mp3 .mp4 .ogg .flac .avi .mov .woff2'
  ).split(' '),
);
/** Smaller files are deflated without asking; that costs less than the question. */
const PROBE_FROM_BYTES = 64 * 1024;
const SAMPLE_BYTES = 32 * 1024;
/** Saving less than a tenth is not worth thirty times the time. */
const WORTHWHILE = 0.9;

/** Whether deflating a file is worth the time: by its ending, else by trying it on three samples. */
export async function isCompressible(path: string, sizeBytes: number): Promise<boolean> {
  if (STORED_ENDINGS.has(extname(path).toLowerCase())) return false;
  if (sizeBytes < PROBE_FROM_BYTES) return true;
  const file = await open(path);
  try {
    return (await sampledRatio(file, sizeBytes)) < WORTHWHILE;
  } finally {
    await file.close();
  }
}

async function sampledRatio(file: FileHandle, sizeBytes: number): Promise<number> {
  let [packedBytes, readBytes] = [0, 0];
  for (const part of [0, 0.5, 1]) {
    const sample = Buffer.alloc(SAMPLE_BYTES);
    const { bytesRead } = await file.read(
      sample,
      0,
      SAMPLE_BYTES,
      Math.floor((sizeBytes - SAMPLE_BYTES) * part),
    );
    packedBytes += deflateRawSync(sample.subarray(0, bytesRead), { level: 1 }).length;
    readBytes += bytesRead;
  }
  return readBytes === 0 ? 1 : packedBytes / readBytes;
}
