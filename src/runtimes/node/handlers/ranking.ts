import type { Labels } from './labels.js';

/** Scores → chances that add up to 1. */
export function softmax(scores: ArrayLike<number>): number[] {
  const list = Array.from(scores);
  const most = list.reduce((max, score) => Math.max(max, score), Number.NEGATIVE_INFINITY);
  const powers = list.map((score) => Math.exp(score - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/**
 * The `count` best classes as the JSON object that TorchServe's classifiers answer, best first: `{"name": chance}`. It is
 * text because an object of JavaScript would put names that are numbers in their own order. Of equal names the best wins.
 */
export function rankedJson(chances: readonly number[], labels: Labels, count: number): string {
  const best = new Map<string, number>();
  const order = chances.map((chance, index) => ({ chance, index })).sort((a, b) => b.chance - a.chance);
  for (const { chance, index } of order.slice(0, count)) {
    const name = labels(index);
    if (!best.has(name)) best.set(name, chance);
  }
  const lines = [...best].map(([name, chance]) => `  ${JSON.stringify(name)}: ${JSON.stringify(chance)}`);
  return `{\n${lines.join(',\n')}\n}`;
}
