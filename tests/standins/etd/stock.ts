import { createWriteStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { plainChunks, storedChunks } from './form.ts'
import type { StoredObject } from './objects.ts'
import type { EtdSettings } from './settings.ts'

/** The stored bytes of an object. */
export interface Content {
  readonly size: number
  /** The bytes from a position on, or the name of the file that holds them all. */
  readonly body: string | ((from: number) => Iterable<Uint8Array>)
}

/** Objects of more records than this are never held in memory. */
const mostInMemory = 20_000

/**
 * Gives the bytes of objects: made anew at each request while the object is plain, so that one of a gigabyte
 * needs no memory; large compressed ones are kept in temporary files, plain ones where the settings say so.
 */
export class Stock {
  readonly #sizes = new Map<string, number>()
  readonly #files = new Map<string, Promise<Content>>()
  readonly #settings: EtdSettings
  #folder: Promise<string> | undefined

  constructor(settings: EtdSettings) {
    this.#settings = settings
  }

  async contentOf(object: StoredObject): Promise<Content> {
    const { series, form } = object
    if (series.count <= mostInMemory) {
      const whole = Buffer.concat([...storedChunks(series, form)])
      return { size: whole.length, body: (from) => [whole.subarray(from)] }
    }
    if (form.gzip !== 'no' || this.#settings.keepLargeObjects) return this.#inFile(object)
    return { size: this.#measure(object), body: (from) => skip(plainChunks(series, form), from) }
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#files.values())
    if (this.#folder) await rm(await this.#folder, { recursive: true, force: true })
    this.#folder = undefined
    this.#files.clear()
  }

  #measure(object: StoredObject): number {
    const known = this.#sizes.get(object.path)
    if (known !== undefined) return known
    let size = 0
    for (const chunk of plainChunks(object.series, object.form)) size += chunk.length
    this.#sizes.set(object.path, size)
    return size
  }

  #inFile(object: StoredObject): Promise<Content> {
    const known = this.#files.get(object.path)
    if (known) return known
    const made = this.#writeFile(object)
    this.#files.set(object.path, made)
    return made
  }

  async #writeFile(object: StoredObject): Promise<Content> {
    this.#folder ??= mkdtemp(join(tmpdir(), 'etd-objects-'))
    const file = join(await this.#folder, String(this.#files.size))
    const chunks = plainChunks(object.series, object.form)
    if (object.form.gzip === 'no') await pipeline(chunks, createWriteStream(file))
    else await pipeline(chunks, createGzip({ level: 1 }), createWriteStream(file))
    return { size: (await stat(file)).size, body: file }
  }
}

function* skip(chunks: Iterable<Uint8Array>, bytes: number): Generator<Uint8Array> {
  let left = bytes
  for (const chunk of chunks) {
    if (left < chunk.length) yield chunk.subarray(left)
    left = Math.max(0, left - chunk.length)
  }
}
