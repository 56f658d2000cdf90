/**
 * Whether V8 is asked to make one vector of 256 bits of two, which makes identities in half the time. It is still an
 * option of V8's, off by default: so only in the version that the add-on is shipped and tested with, and not on the
 * command line, where it would cost each start the code caches that were made without it.
 */
export const hasWideVectors = process.arch === 'x64' && process.versions.node.startsWith('24.')
