/** Lets only so many do something at the same time; the others wait in the order they came. */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  /** Waits for a slot; what it gives lets go of it, and may be called again. */
  async take(): Promise<() => void> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    let held = true;
    return () => {
      if (held) this.#letGo();
      held = false;
    };
  }

  #letGo(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free += 1;
  }
}
