/** Numbers between 0 and 1 that are the same for the same seed, so that a storm can be repeated. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface Load {
  /** Requests under way at any time. */
  readonly concurrency: number;
  /** Asks once; gives a word for how it ended. Must not reject: an outcome nobody thought of is an error of the test. */
  readonly ask: (number: number) => Promise<string>;
  /** No more requests once this is false. */
  readonly more: () => boolean;
}

/** Asks and asks, and counts how it ended. Resolves when the last request has ended. */
export async function runLoad({ concurrency, ask, more }: Load): Promise<Readonly<Record<string, number>>> {
  const tally: Record<string, number> = {};
  let number = 0;
  const client = async (): Promise<void> => {
    while (more()) {
      number += 1;
      const word = await ask(number);
      tally[word] = (tally[word] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, client));
  return tally;
}

export interface Killing {
  readonly kills: number;
  /** Between two kills, on average. */
  readonly everyMs: number;
  readonly random: () => number;
  /** Processes that may be killed now. */
  readonly victims: () => readonly number[];
  /** The storm is over after this time, whatever was killed by then. */
  readonly limitMs: number;
}

/** Kills one process after another with SIGKILL; gives how many it really were. */
export async function killAround({ kills, everyMs, random, victims, limitMs }: Killing): Promise<number> {
  const end = performance.now() + limitMs;
  let killed = 0;
  while (killed < kills && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 2 * everyMs * random()));
    const alive = victims();
    const victim = alive[Math.floor(random() * alive.length)];
    if (victim === undefined) continue;
    process.kill(victim, 'SIGKILL');
    killed += 1;
  }
  return killed;
}
