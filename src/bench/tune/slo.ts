import { serveError } from '../../core/errors.js';
import type { Summary } from '../sample.js';

/** A latency that is to be kept. */
export interface Slo {
  /** As the user writes it: `p99`. */
  readonly name: SloFigure;
  readonly limitMs: number;
}

const FIGURES = {
  mean: 'meanMs',
  p50: 'p50Ms',
  p90: 'p90Ms',
  p99: 'p99Ms',
  'p99.9': 'p999Ms',
  max: 'maxMs',
} as const satisfies Readonly<Record<string, keyof Summary>>;

export type SloFigure = keyof typeof FIGURES;

/** Reads `--slo`: `p99=50ms`, `p99<=0.2s`, or several with commas between; milliseconds without a unit. Throws TUNE_SLO. */
export function parseSlo(text: string): readonly Slo[] {
  return text.split(',').map((part) => {
    const [, name = '', number = '', unit] =
      /^\s*([a-z][\d.a-z]*)\s*<?=\s*([\d.]+)\s*(ms|s)?\s*$/.exec(part) ?? [];
    const limitMs = Number(number) * (unit === 's' ? 1000 : 1);
    if (!Object.hasOwn(FIGURES, name) || !(limitMs > 0))
      throw serveError('TUNE_SLO', { value: text, figures: Object.keys(FIGURES).join(', ') });
    return { name: name as SloFigure, limitMs };
  });
}

/** Times the limit that is kept worst: at most 1 when all are kept. */
export function strainOf(latency: Summary, slos: readonly Slo[]): number {
  return Math.max(...slos.map(({ name, limitMs }) => latency[FIGURES[name]] / limitMs));
}

/** `p99 <= 50 ms`. */
export function formatSlo(slos: readonly Slo[]): string {
  return slos.map(({ name, limitMs }) => `${name} <= ${limitMs} ms`).join(' and ');
}

/** `p99 of 61.2 ms`, for what was measured. */
export function formatFigures(latency: Summary, slos: readonly Slo[]): string {
  return slos.map(({ name }) => `${name} of ${latency[FIGURES[name]].toFixed(1)} ms`).join(' and ');
}
