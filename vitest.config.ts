import { defineConfig } from 'vitest/config'
import { ProcessesFirst } from './tests/processes-first.ts'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'tests/browser/**'],
    pool: 'forks',
    // No test file leaves anything behind for the next: a process of its own for each takes longer than many of them.
    isolate: false,
    // Most tests that run the package wait more than they compute: two cores have work for four of them.
    maxWorkers: 4,
    // Stand-ins make and drop records by the thousand: with room for them two files took 5 to 7 % less CPU.
    execArgv: ['--min-semi-space-size=16', '--max-semi-space-size=64'],
    sequence: { sequencer: ProcessesFirst },
    // Only what hangs: how long a machine takes is no test's business.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    globalSetup: ['tests/global-setup.ts'],
  },
})
