/**
 * Asks V8 to make one vector of 256 bits of two in what is compiled from here on, which makes identities in half the
 * time. It is still an option of V8's, off by default: so only in the version that the add-on is shipped and tested
 * with, and not on the command line, where it would cost each start the code caches that were made without it.
 */
export function askForWideVectors(): void {
  if (process.arch !== 'x64' || !process.versions.node.startsWith('24.')) return
  // Not imported: it takes some milliseconds, of every start.
  process.getBuiltinModule('node:v8').setFlagsFromString('--experimental-wasm-revectorize')
}
