import { readFile } from 'node:fs/promises';
import { serveError } from '../../core/errors.js';
import { FORMAT } from '../report/format.js';
import type { Row } from '../rows.js';

/** An earlier result. */
export interface Baseline {
  readonly path: string;
  /** The machine it was measured on, for a remark when it is another one. */
  readonly cpu: string;
  readonly cores: number;
  readonly rows: readonly Row[];
}

const MAX_BASELINE_BYTES = 64 * 2 ** 20;

/** Reads what `ts bench --json` printed before. Throws BENCH_BASELINE. */
export async function readBaseline(path: string): Promise<Baseline> {
  const fail = (reason: string) => serveError('BENCH_BASELINE', { path, reason });
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw fail(error.code === 'ENOENT' ? 'there is no such file' : error.message);
  });
  if (bytes.length > MAX_BASELINE_BYTES) throw fail('it has more than 64 MiB');
  const found = parse(bytes.toString());
  if (found === undefined) throw fail('it is no JSON');
  if (found.format === undefined) throw fail('it is no result of ts bench');
  if (found.format !== FORMAT) throw fail(`its format is ${String(found.format)}, not ${FORMAT}`);
  const { rows } = found;
  if (!Array.isArray(rows) || !rows.every(isRow)) throw fail('it has no rows');
  return { path, cpu: String(found.cpu), cores: Number(found.cores), rows };
}

/** The row of the same workers and stage; targets must match only where several were measured. */
export function findBaselineRow({ rows }: Baseline, row: Row): Row | undefined {
  const alike = rows.filter(({ workers, stage }) => workers === row.workers && stage === row.stage);
  const several = new Set(rows.map(({ target }) => target)).size > 1;
  return several ? alike.find(({ target }) => target === row.target) : alike[0];
}

interface Report {
  readonly format?: unknown;
  readonly cpu?: unknown;
  readonly cores?: unknown;
  readonly rows?: unknown;
}

function parse(text: string): Report | undefined {
  try {
    const found: unknown = JSON.parse(text);
    return typeof found === 'object' && found !== null ? found : undefined;
  } catch {
    return undefined;
  }
}

/** JSON leaves out what is undefined, so a row as found has no `workers`. */
function isRow(row: unknown): row is Row {
  if (typeof row !== 'object' || row === null) return false;
  const { stage, asked, figures } = row as Partial<Row>;
  return (
    typeof stage === 'number' &&
    typeof asked === 'number' &&
    (figures === undefined || typeof figures.p99Ms?.median === 'number')
  );
}
