import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

interface Collection extends PerformanceEntry {
  readonly detail?: { readonly kind?: number };
}

/** Keeps the memory of a busy server small and flat (the key `keep_memory_small`). What lives in it is a few megabytes. */
export function keepMemoryFlat(): void {
  // So little is left to be moved at each sweep that to wake other threads for it costs more than it saves.
  setFlagsFromString('--no-parallel-scavenge');
  const young = new YoungSpace();
  const old = new OldSpace();
  // Behind every collection, which is the only moment at which the spaces and their limits change.
  new PerformanceObserver((list) => {
    const sizes = getHeapSpaceStatistics();
    const usedBytes = sizes.find(({ space_name: name }) => name === 'old_space')?.space_used_size ?? 0;
    for (const { startTime, detail } of list.getEntries() as readonly Collection[])
      if (detail?.kind === constants.NODE_PERFORMANCE_GC_MAJOR) old.collected(startTime, usedBytes);
      else old.swept(usedBytes);
    young.limit(sizes.find(({ space_name: name }) => name === 'new_space')?.space_size ?? 0);
  }).observe({ entryTypes: ['gc'] });
}

/** At this size the young space is swept seldom enough, and stays in the CPU's caches. */
const YOUNG_SPACE_BYTES = 12 * 1024 * 1024;

/**
 * V8 would let the young space grow to 16 MB, twice. The command line's option for it cannot be given from inside, only by
 * how much it grows at a time.
 */
class YoungSpace {
  #factor = 0;

  limit(sizeBytes: number): void {
    const factor = Math.max(1, Math.floor(YOUNG_SPACE_BYTES / Math.max(1, sizeBytes)));
    if (factor === this.#factor) return;
    this.#factor = factor;
    setFlagsFromString(`--semi-space-growth-factor=${factor}`);
  }
}

/** How much the old space may grow, in percent of what lives in it, before it is cleaned up. */
const NARROW_PERCENT = 20;
/** Of the eight megabytes that live here; enough for the bodies that are under way, which a full collection moves here. */
const WIDEST_PERCENT = 800;
/** Two full collections in such a time are one too many if what was used grew by less than this share between them. */
const SOON_MS = 300;
const HARDLY_GREW = 0.1;
/** What was used grew indeed, or nothing has happened for long: the narrow limit is right again. */
const GREW = 0.5;
const LATE_MS = 5000;

/**
 * V8 counts the bytes of all buffers as growth of the old space, young ones too: with the narrow limit a few large bodies
 * begin a full collection, and half of a server's time goes there. They do not need one, since they go with the sweeps of
 * the young space; so the limit widens, each time to the double, while collections follow each other though nothing grew.
 */
class OldSpace {
  #percent = 0;
  #collectedMs = Number.NEGATIVE_INFINITY;
  #livingBytes = 0;
  #mostBytes = 0;

  constructor() {
    this.#allow(NARROW_PERCENT);
  }

  /** The young space was; that may have moved something here. */
  swept(usedBytes: number): void {
    this.#mostBytes = Math.max(this.#mostBytes, usedBytes);
  }

  /** The limit that is set now holds from the next collection on. */
  collected(atMs: number, usedBytes: number): void {
    const passedMs = atMs - this.#collectedMs;
    const grew = this.#mostBytes / this.#livingBytes - 1;
    if (passedMs > LATE_MS || grew > GREW) this.#allow(NARROW_PERCENT);
    else if (passedMs < SOON_MS && grew < HARDLY_GREW)
      this.#allow(Math.min(WIDEST_PERCENT, 2 * this.#percent));
    this.#collectedMs = atMs;
    this.#livingBytes = usedBytes;
    this.#mostBytes = usedBytes;
  }

  #allow(percent: number): void {
    if (percent === this.#percent) return;
    this.#percent = percent;
    setFlagsFromString(`--heap-growing-percent=${percent}`);
  }
}
