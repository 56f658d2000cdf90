import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { InputDefinition } from '../../src/input/definition.ts'
import type { PackedFile } from './archive.ts'
import { addon, projectRoot } from './project.ts'

/** What is taken into the add-on as it lies in the project. */
export const verbatim = [
  'CHANGELOG.md',
  'LICENSE',
  'README',
  'app.manifest',
  'default',
  'lookups',
  'metadata',
  'static',
] as const

const TEXT = /\.(conf|csv|json|manifest|md|meta|spec|txt|xml)$|(^|\/)LICENSE$/

/** The files of the app as Splunk lays it out, without launchers and program. */
export function appFiles(): PackedFile[] {
  return verbatim.flatMap(filesUnder).map((path) => {
    const bytes = readFileSync(join(projectRoot, path))
    return {
      path: inApp(path),
      bytes: TEXT.test(path) ? withLineEnds(bytes, '\n') : bytes,
      executable: false,
    }
  })
}

/**
 * The launchers: `bin/launcher.sh` and `bin/launcher.cmd` under the name of every scheme, and under `mailtrail`
 * for the operator. A launcher hands its own name to the program.
 */
export function launchers(definitions: readonly InputDefinition[]): PackedFile[] {
  const names = [...definitions.map(({ scheme }) => scheme), 'mailtrail']
  const shell = withLineEnds(readFileSync(join(projectRoot, 'bin/launcher.sh')), '\n')
  const batch = withLineEnds(readFileSync(join(projectRoot, 'bin/launcher.cmd')), '\r\n')
  return names.flatMap((name) => [
    { path: inApp(`bin/${name}.sh`), bytes: shell, executable: true },
    { path: inApp(`bin/${name}.cmd`), bytes: batch, executable: true },
  ])
}

/** A path inside the app as a path inside the archive. */
export function inApp(path: string): string {
  return `${addon.id}/${path}`
}

/** The directories above the files, each once, parents first. */
export function directoriesOf(files: readonly PackedFile[]): string[] {
  const directories = new Set<string>()
  for (const { path } of files) {
    const parts = path.split('/')
    for (let depth = 1; depth < parts.length; depth++) directories.add(parts.slice(0, depth).join('/'))
  }
  return [...directories].sort()
}

/** Every file at or under the path, sorted, without hidden ones. Paths are relative to the project's root. */
export function filesUnder(path: string): string[] {
  const at = join(projectRoot, path)
  if (basename(path).startsWith('.') || !existsSync(at)) return []
  if (!statSync(at).isDirectory()) return [path]
  return readdirSync(at)
    .sort()
    .flatMap((name) => filesUnder(`${path}/${name}`))
}

function withLineEnds(bytes: Buffer, end: string): Buffer {
  return Buffer.from(bytes.toString('utf8').replace(/\r?\n/g, end))
}
