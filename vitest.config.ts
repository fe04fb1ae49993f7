import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // One process a test file: a fault in native code ends that file alone, and no addon is shared.
    pool: 'forks',
    include: ['test/{unit,golden,boundary,lifecycle,property,docs,fuzz,stress}/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
    },
  },
});
