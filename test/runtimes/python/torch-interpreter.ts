import { spawnSync } from 'node:child_process';

/** An interpreter of PATH that has these packages, or why the tests that need one are skipped. */
export function interpreterWith(...packages: readonly string[]): { path: string } | { reason: string } {
  const probe = `import importlib.util, sys
missing = [name for name in sys.argv[1:] if importlib.util.find_spec(name) is None]
print(sys.executable if not missing else '')`;
  for (const name of ['python', 'python3']) {
    const { stdout } = spawnSync(name, ['-c', probe, ...packages], { encoding: 'utf8', timeout: 20_000 });
    const path = stdout?.trim();
    if (path) return { path };
  }
  return { reason: `no python on PATH has ${packages.join(' and ')}` };
}
