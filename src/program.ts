import { existsSync, readFileSync } from 'node:fs'
import { Script } from 'node:vm'

/** What the program exports. */
export type Program = typeof import('./main.ts')

/**
 * Compiles the program, a CommonJS script. With V8's code cache of it, half of the work is left out; a cache of another
 * Node.js is passed over.
 * @param cache where the cache would be.
 */
export function compileProgram(
  path: string,
  cache: string,
): { script: Script; load(require: NodeJS.Require): Program } {
  const source = `(function (require, module) {${readFileSync(path, 'latin1')}\n})`
  const cachedData = existsSync(cache) ? readFileSync(cache) : undefined
  const script = new Script(source, { filename: path, ...(cachedData && { cachedData }) })
  const run = script.runInThisContext() as (require: NodeJS.Require, module: { exports: object }) => void
  const load = (require: NodeJS.Require): Program => {
    const module = { exports: {} }
    run(require, module)
    return module.exports as Program
  }
  return { script, load }
}

const directories: Readonly<Record<string, string>> = {
  'linux x64': 'linux_x86_64',
  'linux arm64': 'linux_arm64',
  'win32 x64': 'windows_x86_64',
}

/** The directory of the package that holds the runtime for a machine, and the code cache beside it. */
export const runtimeDirectory = (platform: string, arch: string): string =>
  directories[`${platform} ${arch}`] ?? `${platform}_${arch}`
