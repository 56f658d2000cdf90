import { basename } from 'node:path'
import { list } from 'tar'
import { addon } from '../../scripts/package/project.ts'
import { type Conf, parseConf } from './conf.ts'

export interface PackedEntry {
  /** Inside the archive, without a trailing slash. */
  readonly path: string
  /** Inside the app: without the top folder. */
  readonly inApp: string
  readonly kind: string
  readonly mode: number
  readonly bytes: Buffer
}

/** A built package, read whole. Paths given to it are relative to the app. */
export interface AppPackage {
  readonly fileName: string
  readonly entries: readonly PackedEntry[]
  readonly files: readonly PackedEntry[]
  /** The text of a file, empty where there is none. */
  text(path: string): string
  conf(path: string): Conf
}

/** Reads every entry of a `.spl`. */
export async function readPackage(path: string): Promise<AppPackage> {
  const reading: Promise<PackedEntry>[] = []
  await list({
    file: path,
    onReadEntry: (entry) => {
      const { path: packed, type: kind, mode = 0 } = entry
      const name = packed.replace(/\/$/, '')
      const inApp = name.split('/').slice(1).join('/')
      reading.push(
        entry.concat().then((bytes) => ({ path: name, inApp, kind, mode, bytes: Buffer.from(bytes) })),
      )
    },
  })
  const entries = await Promise.all(reading)
  const text = (at: string) =>
    entries.find((entry) => entry.path === `${addon.id}/${at}`)?.bytes.toString() ?? ''
  return {
    fileName: basename(path),
    entries,
    files: entries.filter(({ kind }) => kind === 'File'),
    text,
    conf: (at) => parseConf(text(at)),
  }
}
