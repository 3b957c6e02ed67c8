import { defineConfig } from 'vitest/config';

const report = process.env.TS_SERVE_TEST_REPORT;

// The fast suite. The chaos suite has a config of its own and runs in CI after this one.
export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.ts'],
    exclude: ['test/chaos/**', 'node_modules/**'],
    globalSetup: ['test/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // CI's two cores are shared: a test with real processes may be starved once. One that fails three times is broken.
    retry: process.env.CI ? 2 : 0,
    disableConsoleIntercept: true,
    // CI adds up what really ran from this file.
    ...(report ? { reporters: ['default', ['json', { outputFile: report }]] } : {}),
  },
});
