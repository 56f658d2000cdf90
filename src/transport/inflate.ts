import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { MailtrailError, TryLater } from '../errors.ts'
import { type ByteSource, ChunkSource, chunksOf } from './byte-source.ts'

/** Archives inside archives beyond this are left as they are. */
const deepest = 2
const chunkSize = 1 << 18

/**
 * The bytes of a body, inflated where they are gzip: the magic number decides, because neither the headers nor the
 * names of vendors' files can be relied on.
 * @throws {TryLater} when a gzip body ends early or does not match its checksum: it is never taken for whole.
 */
export function inflated(body: ByteSource, depth = 0): ByteSource {
  let source: Promise<ByteSource> | undefined
  return {
    async read(into) {
      source ??= sniffed(body, depth)
      return (await source).read(into)
    },
    close() {
      if (source === undefined) body.close()
      else
        void source.then(
          (known) => known.close(),
          () => body.close(),
        )
    },
  }
}

/** What the first two bytes say that a body is. */
async function sniffed(body: ByteSource, depth: number): Promise<ByteSource> {
  const head = Buffer.alloc(2)
  let length = 0
  for (let read = -1; read !== 0 && length < head.length; length += read)
    read = await body.read(head.subarray(length))
  const whole = withHead(head.subarray(0, length), body)
  if (depth === deepest || head[0] !== 0x1f || head[1] !== 0x8b) return whole
  return inflated(gunzipped(whole), depth + 1)
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

function gunzipped(body: ByteSource): ByteSource {
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
