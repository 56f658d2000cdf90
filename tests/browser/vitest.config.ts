import { defineConfig } from 'vitest/config'

/** The tests that need a browser: `npm run browser`. One file after the other, so that one Chromium runs at a time. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
})
