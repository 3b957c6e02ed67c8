/** A connection that waits less than this at the end is not worth a word. */
const MIN_STALL_MS = 1000;
/** Longer than the longest answer by this much: none that is only slow waits so long. */
const STALL_FACTOR = 2;

/** Since when each connection of a closed loop waits for its answer: it asks again as soon as it has one. */
export class Waiting {
  readonly #startedMs = performance.now();
  readonly #sinceMs = new Map<unknown, number>();

  /** The connection has its answer, and waits for the next one. */
  answered(connection: unknown): void {
    this.#sinceMs.set(connection, performance.now());
  }

  /**
   * How long those connections have waited that the server seems to have forgotten, seconds. Without them a load on a server
   * that stops answering would look as fast as it was until then.
   */
  forgotten(connections: number, longestMs: number): readonly number[] {
    const unheard = Array.from({ length: connections - this.#sinceMs.size }, () => this.#startedMs);
    const limitMs = Math.max(MIN_STALL_MS, STALL_FACTOR * longestMs);
    const waitedMs = [...this.#sinceMs.values(), ...unheard].map((sinceMs) => performance.now() - sinceMs);
    return waitedMs.filter((ms) => ms > limitMs).map((ms) => ms / 1000);
  }
}
