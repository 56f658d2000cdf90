import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ShippedRuntime } from './platforms.ts'
import { projectRoot } from './project.ts'

/** The flags that a launcher gives to Node.js: V8 takes no cache that was made with others. */
export function runtimeFlags(): string[] {
  const launcher = readFileSync(join(projectRoot, 'bin/launcher.sh'), 'utf8')
  const always = /^exec "\$node" (.*) \$memory /m.exec(launcher)?.[1]
  const memory = /^memory='([^']*)'/m.exec(launcher)?.[1]
  if (always === undefined || memory === undefined)
    throw new Error('bin/launcher.sh does not start Node.js as expected.')
  return [...always.split(' '), ...memory.split('\n')]
}

/**
 * V8's code cache of the program for a runtime; undefined for one that does not run on this machine, where Node.js
 * then compiles the program at each start.
 */
export function codeCacheOf(program: Buffer, runtime: ShippedRuntime, binary: Buffer): Buffer | undefined {
  if (runtime.os !== process.platform || runtime.arch !== process.arch) return undefined
  const directory = mkdtempSync(join(tmpdir(), 'mailtrail-cache-'))
  try {
    const file = (name: string): string => join(directory, name)
    writeFileSync(file('node'), binary)
    chmodSync(file('node'), 0o755)
    writeFileSync(file('program.cjs'), program)
    const maker = join(import.meta.dirname, 'write-code-cache.ts')
    // One thread does everything, and no path is in it, so that the same program gives the same bytes.
    const flags = [...runtimeFlags(), '--predictable']
    execFileSync(file('node'), [...flags, maker, 'program.cjs', 'program.cache'], {
      cwd: directory,
      // What libraries find in the environment, and where stderr leads, decides which of their functions have run.
      env: { SYSTEMROOT: process.env.SYSTEMROOT },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    return readFileSync(file('program.cache'))
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
