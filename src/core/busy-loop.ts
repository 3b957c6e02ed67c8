/** Keeps this process's event loop looking for events, instead of sleeping until one comes. */
export class BusyLoop {
  #until = 0;
  #looking = false;

  /** Looks until this time of `performance.now()`, or a later one that was given before. */
  until(time: number): void {
    if (time > this.#until) this.#until = time;
    if (this.#looking) return;
    this.#looking = true;
    setImmediate(this.#look);
  }

  /** The loop may sleep again. */
  rest(): void {
    this.#until = 0;
  }

  /** A loop that has something to do at once asks the system for events without waiting for them. */
  readonly #look = (): void => {
    if (performance.now() < this.#until) setImmediate(this.#look);
    else this.#looking = false;
  };
}
