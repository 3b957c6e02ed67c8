import type { Device } from './device.js';

/** Apple's tool, which TorchServe asks too. */
export const METAL_ARGS = ['SPDisplaysDataType', '-json'] as const;

/** The graphics processors `system_profiler` lists that can do Metal; an answer that is no such list means none. */
export function readSystemProfiler(text: string): readonly Device[] {
  return displays(text)
    .filter((display) => Object.keys(display).some((key) => /metal|mtlgpufamily/i.test(key)))
    .map((display, index) => {
      const name = display.sppci_model;
      return { type: 'metal', index, ...(typeof name === 'string' ? { name } : {}) };
    });
}

function displays(text: string): readonly Readonly<Record<string, unknown>>[] {
  try {
    const listed = (JSON.parse(text) as { SPDisplaysDataType?: unknown } | null)?.SPDisplaysDataType;
    return Array.isArray(listed) ? listed.filter((entry) => typeof entry === 'object' && entry !== null) : [];
  } catch {
    return [];
  }
}
