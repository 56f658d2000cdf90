import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { MailtrailError, TryLater } from '../errors.ts'

/** Archives inside archives beyond this are left as they are. */
const deepest = 2

/**
 * The bytes of a body, inflated where they are gzip: the magic number decides, because neither the headers nor the
 * names of vendors' files can be relied on.
 * @throws {TryLater} when a gzip body ends early or does not match its checksum: it is never taken for whole.
 */
export async function* inflated(body: AsyncIterable<Buffer>, depth = 0): AsyncGenerator<Buffer, void, void> {
  const iterator = body[Symbol.asyncIterator]()
  try {
    let first = await iterator.next()
    let head = first.done ? Buffer.alloc(0) : first.value
    while (!first.done && head.length < 2) {
      first = await iterator.next()
      if (!first.done) head = Buffer.concat([head, first.value])
    }
    const whole = continued(head, iterator)
    if (depth < deepest && head[0] === 0x1f && head[1] === 0x8b) yield* inflated(gunzip(whole), depth + 1)
    else yield* whole
  } finally {
    await iterator.return?.()
  }
}

async function* continued(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer, void, void> {
  if (head.length > 0) yield head
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
}

async function* gunzip(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  const source = Readable.from(body, { objectMode: false, highWaterMark: 1 << 18 })
  const unzip = createGunzip({ chunkSize: 1 << 18 })
  source.on('error', (error) => unzip.destroy(error))
  try {
    for await (const chunk of source.pipe(unzip)) if (Buffer.isBuffer(chunk)) yield chunk
  } catch (error) {
    if (error instanceof MailtrailError) throw error
    throw new TryLater('The gzip body is cut off or damaged.', { cause: error })
  } finally {
    source.destroy()
    unzip.destroy()
  }
}
