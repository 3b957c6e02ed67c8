import { execFileSync } from 'node:child_process';

const ROOT = new URL('..', import.meta.url);

/** Workers and bins run compiled code, so the sources are compiled once before any test. */
export default function setup(): void {
  process.env.ORT_DISABLE_TELEMETRY = '1';
  if (process.env.TS_SERVE_SKIP_BUILD) return;
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, stdio: 'inherit' });
}
