import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** At this size the young space is swept often enough, and stays in the CPU's caches. */
const YOUNG_SPACE_BYTES = 16 * 1024 * 1024;
/** How much the old space may grow, in percent of what lives in it, before it is cleaned up. */
const OLD_SPACE_GROWTH = 20;

/**
 * Keeps the memory of a busy server small and flat (the key `keep_memory_small`). What lives in it is a few megabytes,
 * but V8 would let the young space grow to 16 MB, twice, and the old one to a multiple of what lives, before it cleans
 * up. The command line's option for the young space cannot be given from inside, so it may grow only while it is small.
 */
export function keepMemoryFlat(): void {
  setFlagsFromString(`--heap-growing-percent=${OLD_SPACE_GROWTH}`);
  // So little is left to be moved at each sweep that to wake other threads for it costs more than it saves.
  setFlagsFromString('--no-parallel-scavenge');
  let growing = true;
  const look = (): void => {
    const young = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space');
    const small = young === undefined || young.space_size < YOUNG_SPACE_BYTES;
    if (small === growing) return;
    growing = small;
    setFlagsFromString(`--semi-space-growth-factor=${small ? 2 : 1}`);
  };
  // Behind every sweep, which is the only moment at which the space grows.
  new PerformanceObserver(look).observe({ entryTypes: ['gc'] });
}
