import { readFileSync } from 'node:fs'
import { Script } from 'node:vm'
import { crc32 } from 'node:zlib'

/** What the program exports. */
export type Program = typeof import('./main.ts')

/** What stands around the program in its file: the file is one expression, a function of what CommonJS hands over. */
export const programWrapper = { before: '(function (require, module) {', after: '})' } as const

/**
 * Compiles the program, a {@link programWrapper wrapped} CommonJS script. With V8's code cache of it, half of the work is
 * left out; a cache of another Node.js or of another program is passed over, and so is one that is damaged or cannot be
 * read.
 * @param cache where the cache would be.
 */
export function compileProgram(
  path: string,
  cache: string,
): { script: Script; load(require: NodeJS.Require): Program } {
  const program = readFileSync(path)
  const source = program.toString('latin1')
  const cachedData = codeCacheIn(cache, program)
  const script = new Script(source, { filename: path, ...(cachedData && { cachedData }) })
  const run = script.runInThisContext() as (require: NodeJS.Require, module: { exports: object }) => void
  const load = (require: NodeJS.Require): Program => {
    const module = { exports: {} }
    run(require, module)
    return module.exports as Program
  }
  return { script, load }
}

/** Hexadecimal digits in front of a code cache. */
const checksumLength = 8

/**
 * A code cache as it is kept: behind a checksum of program and cache. V8 compares no more than the program's length, and
 * runs what the cache holds: after an update the code of the version before, and damaged code until it crashes.
 */
export function keptCodeCache(program: Uint8Array, codeCache: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(checksumOf(program, codeCache)), codeCache])
}

const checksumOf = (program: Uint8Array, codeCache: Uint8Array): string =>
  crc32(codeCache, crc32(program)).toString(16).padStart(checksumLength, '0')

function codeCacheIn(path: string, program: Uint8Array): Buffer | undefined {
  try {
    const kept = readFileSync(path)
    const codeCache = kept.subarray(checksumLength)
    const checksum = kept.toString('latin1', 0, checksumLength)
    return checksum === checksumOf(program, codeCache) ? codeCache : undefined
  } catch {
    return undefined
  }
}

const directories: Readonly<Record<string, string>> = {
  'linux x64': 'linux_x86_64',
  'linux arm64': 'linux_arm64',
  'win32 x64': 'windows_x86_64',
}

/** The directory of the package that holds the runtime for a machine, and the code cache beside it. */
export const runtimeDirectory = (platform: string, arch: string): string =>
  directories[`${platform} ${arch}`] ?? `${platform}_${arch}`
