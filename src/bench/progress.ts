/** Where a measurement says what it does. */
export interface Progress {
  /** A new stretch begins; `total` is in requests or seconds, left out when nobody knows. */
  begin(label: string, total?: number): void;
  /** So much of the total is done. */
  at(done: number): void;
}
