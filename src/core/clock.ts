/** Time as the server sees it. Handed in, so that policies and back-off are tested without waiting. */
export interface Clock {
  /** Monotonic milliseconds with fractions; only differences mean anything. */
  now(): number;
  /** Wall-clock milliseconds since 1970. */
  date(): number;
  /** Calls back once after `delayMs`; the returned function cancels it. Does not keep the process alive. */
  after(delayMs: number, wake: () => void): () => void;
}

/** What a timer of Node.js can wait; it would ring at once when asked for more. */
const MAX_DELAY_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => Date.now(),
  after(delayMs, wake) {
    const timer = setTimeout(wake, Math.min(delayMs, MAX_DELAY_MS));
    timer.unref();
    return () => clearTimeout(timer);
  },
};
