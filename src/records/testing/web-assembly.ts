import { vi } from 'vitest'

/** Gives WebAssembly back, and forgets what was loaded without it: the next test file may run in the same process. */
export function restoreWebAssembly(): void {
  vi.unstubAllGlobals()
  vi.resetModules()
}
