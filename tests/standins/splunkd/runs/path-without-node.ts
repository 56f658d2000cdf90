import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

const HOST_DIRECTORIES = ['/usr/bin', '/bin']
const NODE_PROGRAMS: ReadonlySet<string> = new Set(['node', 'nodejs', 'npm', 'npx', 'corepack'])

/** Links to everything that the host has but Node.js. Kept between runs; made aside and moved in one step. */
function shadowDirectory(): string {
  const shadow = join(tmpdir(), `host-bin-without-node-${userInfo().uid}`)
  if (existsSync(shadow)) return shadow
  const building = mkdtempSync(`${shadow}-`)
  const linked = new Set<string>()
  for (const host of HOST_DIRECTORIES) {
    for (const program of existsSync(host) ? readdirSync(host) : []) {
      if (NODE_PROGRAMS.has(program) || linked.has(program)) continue
      linked.add(program)
      symlinkSync(join(host, program), join(building, program))
    }
  }
  try {
    renameSync(building, shadow)
  } catch (error) {
    rmSync(building, { recursive: true })
    // Another test process was faster.
    if (!existsSync(shadow)) throw error
  }
  return shadow
}

/** A PATH on which the host's programs are found, and no Node.js, wherever the tests run. */
export function pathWithoutNode(): string {
  const hasNode = HOST_DIRECTORIES.some((directory) => existsSync(join(directory, 'node')))
  return hasNode ? shadowDirectory() : HOST_DIRECTORIES.join(':')
}
