import { defineConfig } from 'vitest/config';

/** Where `node scripts/check.mjs coverage` looks for what ran. */
const COVERAGE = 'build/coverage';
const measured = process.env['NTKIT_COVERAGE'] !== undefined;

export default defineConfig({
  test: {
    // One process a test file: a fault in native code ends that file alone, and no addon is shared.
    pool: 'forks',
    // By default one core of two would be idle.
    maxWorkers: '100%',
    include: ['test/{unit,golden,boundary,lifecycle,property,docs,fuzz,stress}/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // The programs that tests start are measured as well.
    env: measured ? { NODE_V8_COVERAGE: `${import.meta.dirname}/${COVERAGE}/children` } : {},
    coverage: {
      enabled: measured,
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: ['json'],
      reportOnFailure: true,
      reportsDirectory: `${COVERAGE}/tests`,
    },
  },
});
