import {
  accessSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { x as unpack } from 'tar'
import { type Conf, formatConf, mergeConfs, parseConf } from './conf.ts'

/** Architecture directories in the order in which splunkd on this kind of host looks, then `bin`. */
const BIN_DIRECTORIES = ['linux_x86_64/bin', 'bin']

/** An installed app, under `etc/apps`. */
export class App {
  readonly id: string
  readonly directory: string

  constructor(directory: string) {
    this.id = basename(directory)
    this.directory = directory
  }

  /** A conf with `local` over `default`, read anew. */
  conf(name: string): Map<string, Map<string, string>> {
    return mergeConfs(this.layer('default', name), this.layer('local', name))
  }

  /** One layer of a conf; empty when the file is not there. */
  layer(layer: 'default' | 'local', name: string): Conf {
    const file = join(this.directory, layer, `${name}.conf`)
    return existsSync(file) ? parseConf(readFileSync(file, 'utf8'), file) : new Map()
  }

  writeLocal(name: string, conf: Conf): void {
    mkdirSync(join(this.directory, 'local'), { recursive: true })
    writeFileSync(join(this.directory, 'local', `${name}.conf`), formatConf(conf))
  }

  /** The input types that `README/inputs.conf.spec` names, each with its parameters. */
  schemesInSpec(): Map<string, readonly string[]> {
    const file = join(this.directory, 'README', 'inputs.conf.spec')
    const schemes = new Map<string, readonly string[]>()
    if (!existsSync(file)) return schemes
    let current: string[] | undefined
    for (const line of readFileSync(file, 'utf8').split(/\r?\n/)) {
      const scheme = /^\[([^\]:]+):\/\/[^\]]*\]/.exec(line)?.[1]
      if (scheme !== undefined) {
        current = []
        schemes.set(scheme, current)
      }
      const parameter = /^([A-Za-z_][\w.]*)\s*=/.exec(line)?.[1]
      if (parameter !== undefined) current?.push(parameter)
    }
    return schemes
  }

  /** The script that splunkd starts for an input type. Throws when there is none, or none that can be executed. */
  launcher(scheme: string): string {
    for (const directory of BIN_DIRECTORIES) {
      for (const extension of ['', '.sh']) {
        const file = join(this.directory, directory, scheme + extension)
        if (!existsSync(file) || !statSync(file).isFile()) continue
        accessSync(file, constants.X_OK)
        return file
      }
    }
    throw new Error(`App "${this.id}" has no ${scheme}.sh in ${BIN_DIRECTORIES.join(' or ')}.`)
  }
}

/** Puts an app under `etc/apps` of a Splunk home: a package (.spl, .tgz: a gzip tar) or a directory, copied. */
export async function placeApp(source: string, appsDirectory: string): Promise<App> {
  const path = resolve(source)
  if (statSync(path).isDirectory()) {
    const target = join(appsDirectory, basename(path))
    cpSync(path, target, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true })
    return new App(target)
  }
  const tops = new Set<string>()
  await unpack({
    file: path,
    cwd: appsDirectory,
    strict: true,
    filter: (entry) => {
      tops.add(entry.replace(/^\.\//, '').split('/')[0] ?? '')
      return true
    },
  })
  const [top = '', ...others] = [...tops].filter((name) => name !== '')
  if (top === '' || others.length > 0 || top.startsWith('.')) {
    throw new Error(
      `${source}: an app package holds one directory, not ${[...tops].join(', ') || 'nothing'}.`,
    )
  }
  return new App(join(appsDirectory, top))
}

/** An app without content, such as `search`, where a stanza may live. */
export function emptyApp(appsDirectory: string, id: string): App {
  const directory = join(appsDirectory, id)
  mkdirSync(directory, { recursive: true })
  return new App(directory)
}

/** The apps that are there. */
export function installedApps(appsDirectory: string): App[] {
  return readdirSync(appsDirectory)
    .sort()
    .map((id) => new App(join(appsDirectory, id)))
}
