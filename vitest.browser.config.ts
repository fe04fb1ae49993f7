import { defineConfig } from 'vitest/config';

/** Tests that need a browser of the system: `node scripts/check.mjs browser` installs it and runs them. */
export default defineConfig({
  test: {
    include: ['test/browser/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 240_000,
  },
});
