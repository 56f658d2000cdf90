import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { MailtrailError, TryLater } from '../errors.ts'
import { type ByteSource, ChunkSource, chunksOf } from './byte-source.ts'
import { gunzipInPlace } from './gunzip.ts'

/** Archives inside archives beyond this are left as they are. */
const deepest = 2
const chunkSize = 1 << 18

/**
 * The bytes of a body, inflated where they are gzip: the magic number decides, because neither the headers nor the
 * names of vendors' files can be relied on.
 * @throws {TryLater} when a gzip body ends early or does not match its checksum: it is never taken for whole.
 */
export class Inflated implements ByteSource {
  /** Whether the body is gzip; known once something was read. */
  isGzip = false
  readonly #body: ByteSource
  readonly #depth: number
  #source: Promise<ByteSource> | undefined

  constructor(body: ByteSource, depth = 0) {
    this.#body = body
    this.#depth = depth
  }

  async read(into: Uint8Array): Promise<number> {
    this.#source ??= this.#sniffed()
    return (await this.#source).read(into)
  }

  close(): void {
    if (this.#source === undefined) this.#body.close()
    else
      void this.#source.then(
        (source) => source.close(),
        () => this.#body.close(),
      )
  }

  async #sniffed(): Promise<ByteSource> {
    const head = Buffer.alloc(2)
    let length = 0
    for (let read = -1; read !== 0 && length < head.length; length += read)
      read = await this.#body.read(head.subarray(length))
    const whole = withHead(head.subarray(0, length), this.#body)
    this.isGzip = head[0] === 0x1f && head[1] === 0x8b
    if (!this.isGzip || this.#depth >= deepest) return whole
    return new Inflated(gunzipInPlace(whole) ?? gunzipped(whole), this.#depth + 1)
  }
}

function withHead(head: Buffer, body: ByteSource): ByteSource {
  let left = head
  return {
    async read(into) {
      if (left.length === 0) return body.read(into)
      const length = left.copy(into)
      left = left.subarray(length)
      return length
    },
    close: () => body.close(),
  }
}

/** The same by Node.js's stream. */
export function gunzipped(body: ByteSource): ByteSource {
  const source = Readable.from(chunksOf(body, chunkSize), { objectMode: false, highWaterMark: chunkSize })
  const unzip = createGunzip({ chunkSize })
  source.on('error', (error) => unzip.destroy(error))
  return new ChunkSource(chunksIn(source.pipe(unzip)), () => {
    source.destroy()
    unzip.destroy()
    body.close()
  })
}

async function* chunksIn(unzipped: AsyncIterable<unknown>): AsyncGenerator<Buffer, void, void> {
  try {
    for await (const chunk of unzipped) if (Buffer.isBuffer(chunk)) yield chunk
  } catch (error) {
    if (error instanceof MailtrailError) throw error
    throw new TryLater('The gzip body is cut off or damaged.', { cause: error })
  }
}
