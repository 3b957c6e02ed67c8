import { execFileSync } from 'node:child_process';

/** Workers and bins run compiled code, so the sources are compiled once before any test. */
export default function setup(): void {
  process.env.ORT_DISABLE_TELEMETRY = '1';
  if (process.env.TS_SERVE_SKIP_BUILD) return;
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'], {
    cwd: new URL('..', import.meta.url),
    stdio: 'inherit',
  });
}
