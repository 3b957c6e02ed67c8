import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** Young objects live in two halves; at this size together they are swept often enough and stay in the CPU's caches. */
const YOUNG_SPACE_BYTES = 4 * 1024 * 1024;
const LOOK_EVERY_MS = 50;

/**
 * Keeps the memory of a busy server small and flat (the key `keep_memory_small`). What lives in it is a few megabytes, but V8 would let the young
 * space grow to 48 MB, and the old one to a multiple of what lives, before it cleans up. The command line's options
 * for that cannot be given from inside, so the young space is stopped when it has reached its size.
 */
export function keepMemoryFlat(): void {
  setFlagsFromString('--heap-growing-percent=20');
  const timer = setInterval(() => {
    const young = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space');
    if (young && young.space_size < YOUNG_SPACE_BYTES) return;
    setFlagsFromString('--semi-space-growth-factor=1');
    clearInterval(timer);
  }, LOOK_EVERY_MS);
  timer.unref();
}
