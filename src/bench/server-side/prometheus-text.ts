/** One line of a metrics API. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const LINE = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)/;
const LABEL = /([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/** Reads Prometheus text; lines that are none are passed over. */
export function parsePrometheus(text: string): readonly Sample[] {
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = LINE.exec(line) ?? [];
    const number = Number(value);
    if (name === undefined || Number.isNaN(number)) return [];
    const pairs = [...labels.matchAll(LABEL)].map(([, key = '', quoted = '']) => [key, unquote(quoted)]);
    return [{ name, labels: Object.fromEntries(pairs), value: number }];
  });
}

/** Sum of the samples of a name that have this label; undefined when there are none. */
export function sumOf(
  samples: readonly Sample[],
  name: string,
  label: readonly [string, string],
): number | undefined {
  const found = samples.filter((sample) => sample.name === name && sample.labels[label[0]] === label[1]);
  return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
}

function unquote(text: string): string {
  return text.replace(/\\(.)/g, (_, letter) => (letter === 'n' ? '\n' : letter));
}
