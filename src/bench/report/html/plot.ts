import { type Axis, writeTick } from './axis.js';

/** A plot of one or more series, drawn as SVG. */
export interface Plot {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
}

/** Points that belong together; the colour follows from the place among the series, or from `colour`. */
export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
  readonly shape: 'line' | 'dashed' | 'dots' | 'steps';
  /** Place in the palette; by default that of the series. */
  readonly colour?: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
  /** Ends of a range that is drawn through the point. */
  readonly low?: number;
  readonly high?: number;
}

const WIDTH = 640;
const HEIGHT = 300;
const LEFT = 64;
const RIGHT = 16;
const TOP = 12;
const BOTTOM = 44;
/** Colours there are in the style sheet. */
export const PALETTE = 8;

/** The plot with its legend, as HTML. */
export function drawPlot({ title, x, y, series }: Plot): string {
  const toX = (value: number) => LEFT + x.place(value) * (WIDTH - LEFT - RIGHT);
  const toY = (value: number) => HEIGHT - BOTTOM - y.place(value) * (HEIGHT - TOP - BOTTOM);
  const marks = series.map((one, index) => drawSeries(one, (one.colour ?? index) % PALETTE, toX, toY));
  const legend = series.map(
    ({ name, colour, shape }, index) =>
      `<li class="c${(colour ?? index) % PALETTE} ${shape}"><i></i>${escapeHtml(name)}</li>`,
  );
  return [
    `<figure><figcaption>${escapeHtml(title)}</figcaption>`,
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(title)}">`,
    ...drawAxes(x, y, toX, toY),
    ...marks,
    '</svg>',
    `<ul class="legend">${legend.join('')}</ul></figure>`,
  ].join('\n');
}

/** Text as it may stand between tags and in attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

type Place = (value: number) => number;

function drawAxes(x: Axis, y: Axis, toX: Place, toY: Place): readonly string[] {
  const bottom = HEIGHT - BOTTOM;
  const middle = (LEFT + WIDTH - RIGHT) / 2;
  return [
    ...y.ticks.map(
      (tick) =>
        `<path class="grid" d="M${LEFT} ${short(toY(tick))}H${WIDTH - RIGHT}"/>` +
        `<text x="${LEFT - 6}" y="${short(toY(tick) + 4)}" text-anchor="end">${writeTick(tick)}</text>`,
    ),
    ...x.ticks.map(
      (tick) =>
        `<text x="${short(toX(tick))}" y="${bottom + 16}" text-anchor="middle">${writeTick(tick)}</text>`,
    ),
    `<path class="axis" d="M${LEFT} ${TOP}V${bottom}H${WIDTH - RIGHT}"/>`,
    `<text x="${middle}" y="${HEIGHT - 8}" text-anchor="middle">${escapeHtml(x.label)}</text>`,
    `<text transform="translate(14 ${(TOP + bottom) / 2}) rotate(-90)" text-anchor="middle">${escapeHtml(y.label)}</text>`,
  ];
}

function drawSeries({ points, shape }: Series, colour: number, toX: Place, toY: Place): string {
  // A line of one point would not be seen.
  if (shape === 'dots' || points.length === 1) return drawDots(points, colour, toX, toY);
  const corners = points.map((point, index) => {
    const [x, y] = [short(toX(point.x)), short(toY(point.y))];
    if (index === 0) return `M${x} ${y}`;
    return shape === 'steps' ? `H${x}V${y}` : `L${x} ${y}`;
  });
  return `<path class="series ${shape} c${colour}" d="${corners.join('')}"/>`;
}

function drawDots(points: readonly Point[], colour: number, toX: Place, toY: Place): string {
  const drawn = points.map(({ x, y, low, high }) => {
    const range =
      low === undefined || high === undefined
        ? ''
        : `<path class="series c${colour}" d="M${short(toX(x))} ${short(toY(low))}V${short(toY(high))}"/>`;
    return `${range}<circle class="c${colour}" cx="${short(toX(x))}" cy="${short(toY(y))}" r="4"/>`;
  });
  return drawn.join('');
}

function short(value: number): string {
  return value.toFixed(1);
}
