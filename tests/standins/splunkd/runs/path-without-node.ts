import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const HOST_DIRECTORIES = ['/usr/bin', '/bin']
const NODE_PROGRAMS: ReadonlySet<string> = new Set(['node', 'nodejs', 'npm', 'npx', 'corepack'])

let shadow: string | undefined

/** A directory of links to everything that the host has but Node.js; made once, gone with this process. */
function shadowDirectory(): string {
  if (shadow !== undefined) return shadow
  const directory = mkdtempSync(join(tmpdir(), 'host-bin-'))
  shadow = directory
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
  const linked = new Set<string>()
  for (const host of HOST_DIRECTORIES) {
    for (const program of existsSync(host) ? readdirSync(host) : []) {
      if (NODE_PROGRAMS.has(program) || linked.has(program)) continue
      linked.add(program)
      symlinkSync(join(host, program), join(directory, program))
    }
  }
  return directory
}

/** A PATH on which the host's programs are found, and no Node.js, wherever the tests run. */
export function pathWithoutNode(): string {
  const hasNode = HOST_DIRECTORIES.some((directory) => existsSync(join(directory, 'node')))
  return hasNode ? shadowDirectory() : HOST_DIRECTORIES.join(':')
}
