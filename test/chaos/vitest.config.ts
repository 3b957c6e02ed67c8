import { defineConfig } from 'vitest/config';

const report = process.env.TS_SERVE_TEST_REPORT;

// The chaos suite: one file after another, since each wants the machine for itself.
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/chaos/**/*.test.ts'],
    globalSetup: ['test/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 150_000,
    hookTimeout: 60_000,
    disableConsoleIntercept: true,
    ...(report ? { reporters: ['default', ['json', { outputFile: report }]] } : {}),
  },
});
