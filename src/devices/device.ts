/** Something a worker computes on. */
export interface Device {
  readonly type: 'cuda' | 'rocm' | 'metal' | 'cpu';
  /** Number a worker process knows it by: its place among the visible ones. Absent for the CPU. */
  readonly index?: number;
  /** What the vendor calls it; absent if the vendor's tool did not say. */
  readonly name?: string;
  readonly memoryBytes?: number;
  /** Number in the machine, where a variable such as CUDA_VISIBLE_DEVICES renumbers; absent when it is `index`. */
  readonly physicalIndex?: number;
}

/** Where a worker computes that has no GPU. */
export const CPU: Device = { type: 'cpu' };
