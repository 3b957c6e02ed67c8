import type { Device } from './device.js';

/** AMD's tool; its CSV begins each device's line with `card<number>`. */
export const ROCM_ARGS = ['--showproductname', '--csv'] as const;

/** The GPUs `rocm-smi` printed. Which is all that is known of them here: nothing of this project ran on one yet. */
export function readRocmSmi(text: string): readonly Device[] {
  const cards = text.split('\n').flatMap((line) => {
    const [card = '', name = ''] = line.split(',').map((field) => field.trim());
    const number = /^card(\d{1,4})$/.exec(card)?.[1];
    return number === undefined ? [] : [{ number: Number(number), name }];
  });
  return cards
    .sort((one, other) => one.number - other.number)
    .map(({ name }, index) => ({ type: 'rocm', index, ...(name ? { name } : {}) }));
}
