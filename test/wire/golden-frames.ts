import { readFileSync } from 'node:fs';
import type { FrameHeaders, FrameType } from '../../src/wire/frames.js';

const FOLDER = new URL('../../fixtures/wire/', import.meta.url);

export interface GoldenFrame {
  readonly file: string;
  readonly type: FrameType;
  readonly id: number;
  readonly header: FrameHeaders[FrameType];
  readonly bodies: readonly string[];
  readonly bytes: Buffer;
}

/** The golden frames: what each says, and its bytes on the wire. */
export function readGoldenFrames(): GoldenFrame[] {
  const described = JSON.parse(readFileSync(new URL('frames.json', FOLDER), 'utf8')) as GoldenFrame[];
  return described.map((frame) => ({ ...frame, bytes: readFileSync(new URL(frame.file, FOLDER)) }));
}
