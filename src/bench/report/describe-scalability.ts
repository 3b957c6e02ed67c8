import { countOf } from '../count-of.js';
import { isSketch, type Law, type Scalability } from '../scalability.js';

/** Beyond so many times what was measured a law is no longer asked. */
const FAR = 2;

/**
 * The laws through the points of a target, with how much they can be trusted, and the advice. `named` puts the target
 * in front.
 */
export function describeScalability(found: Scalability, named: boolean): readonly string[] {
  const { target, amdahl, usl, advice } = found;
  const name = named ? `${target}: ` : '';
  const sentences = [
    amdahl && `Amdahl's law: ${percent(amdahl.contention)} of the work is serial (${trust(amdahl)}).`,
    usl &&
      `Universal Scalability Law: contention ${percent(usl.contention)}, coherency ${percent(usl.coherency)} (${trust(usl)}).`,
    (amdahl?.freedom === 0 || usl?.freedom === 0) &&
      'A law with as many parameters as points can tell nothing of its own error.',
    kneeOf(found),
    limitOf(found),
  ];
  const line = sentences.filter((sentence) => typeof sentence === 'string').join(' ');
  return [line === '' ? '' : name + line, advice === undefined ? '' : name + advice];
}

/** Where no point is left over, R² says nothing: the law bends to every point. */
function trust(law: Law): string {
  const r2 = law.freedom > 0 ? `R² ${law.r2.toFixed(2)}` : '';
  const counts = `${law.freedom + law.parameters} points, ${law.parameters} parameters`;
  return [r2, isSketch(law) ? `a sketch: ${counts}` : ''].filter((part) => part !== '').join('; ');
}

function kneeOf({ knee, kneeMeasured, points }: Scalability): string | undefined {
  if (knee === undefined) return undefined;
  const most = mostOf(points);
  if (kneeMeasured) return `The knee is at ${knee.toFixed(1)} workers.`;
  if (knee > FAR * most) return `No knee up to ${countOf(most, 'worker')}, and none near.`;
  return `The knee would be at about ${countOf(Math.round(knee), 'worker')}; measured were up to ${most}.`;
}

function limitOf({ amdahl, usl, limit, points }: Scalability): string | undefined {
  if (limit === undefined || limit > FAR * mostOf(points)) return undefined;
  const law = usl ?? amdahl;
  const never = law && isSketch(law) ? 'By this sketch never' : 'Never';
  return `${never} more than ${limit.toFixed(1)} times one worker.`;
}

function mostOf(points: Scalability['points']): number {
  return Math.max(...points.map(({ workers }) => workers));
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`;
}
