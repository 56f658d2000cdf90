import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { projectRoot } from './project.ts'

/**
 * The bytes that `make` gave for this name at any earlier time, else those that it gives now. What the bytes
 * depend on belongs into the name.
 */
export async function cached(name: string, make: () => Buffer | Promise<Buffer>): Promise<Buffer> {
  const path = `${projectRoot}/build/cache/${name}`
  if (existsSync(path)) return readFileSync(path)
  const bytes = await make()
  writeWhole(path, bytes)
  return bytes
}

/** Writes beside the target and renames: another build at the same time sees the whole file or none. */
export function writeWhole(path: string, bytes: Buffer | string): void {
  mkdirSync(dirname(path), { recursive: true })
  const unfinished = `${path}.${process.pid}.part`
  writeFileSync(unfinished, bytes)
  renameSync(unfinished, path)
}
