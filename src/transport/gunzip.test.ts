import { createHash, randomBytes } from 'node:crypto'
import { createGunzip, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { TryLater } from '../errors.ts'
import { type ByteSource, ChunkSource, chunksOf } from './byte-source.ts'
import { gunzipInPlace } from './gunzip.ts'
import { gunzipped } from './inflate.ts'

const text = Buffer.concat([
  Buffer.from('{"subject":"grüße"}\n'.repeat(60_000)),
  randomBytes(700_000),
  Buffer.alloc(3_000_000),
])
const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function whole(source: ByteSource | undefined, size: number): Promise<Buffer> {
  if (source === undefined) throw new Error('This Node.js does not let its zlib be driven.')
  const chunks: Buffer[] = []
  for await (const chunk of chunksOf(source, size)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const nothing = new ChunkSource(inPieces(Buffer.alloc(0), 1), () => undefined)

describe.each([
  ['in place', gunzipInPlace],
  ['by a stream', gunzipped],
])('Inflating %s', (_, gunzip) => {
  const of = (bytes: Buffer, piece: number) =>
    gunzip(new ChunkSource(inPieces(bytes, piece), () => undefined))

  it.each([
    [65_536, 1 << 19],
    [700, 4_001],
    [1 << 20, 65_536],
  ])('gives the bytes, from pieces of %i into memory of %i', async (piece, size) => {
    expect(digestOf(await whole(of(gzipSync(text), piece), size))).toBe(digestOf(text))
  })

  it('leaves the event loop its turns, however much comes out of how little', async () => {
    const archive = gzipSync(gzipSync(Buffer.alloc(80_000_000)))
    expect(archive.length).toBeLessThan(2_000)
    let turns = 0
    const beat = setInterval(() => turns++, 1)
    const nested = gunzip(gunzip(new ChunkSource(inPieces(archive, 65_536), () => undefined)) ?? nothing)
    const into = Buffer.alloc(1 << 19)
    for (let read = -1; read !== 0; ) read = (await nested?.read(into)) ?? 0
    clearInterval(beat)
    expect(turns).toBeGreaterThan(2)
  })

  it('gives all members of an archive', async () => {
    const members = [0, 1_000, 900_000].map((from, i, starts) => gzipSync(text.subarray(from, starts[i + 1])))
    expect(digestOf(await whole(of(Buffer.concat(members), 1_000), 1 << 16))).toBe(digestOf(text))
  })

  it.each([1, 512, 200_000])('passes over %i zero bytes after an archive', async (zeros) => {
    const padded = Buffer.concat([gzipSync(text), Buffer.alloc(zeros)])
    expect(digestOf(await whole(of(padded, 9_000), 1 << 16))).toBe(digestOf(text))
  })

  it('refuses anything else after an archive', async () => {
    const followed = Buffer.concat([gzipSync(text), Buffer.from('and more')])
    await expect(whole(of(followed, 9_000), 1 << 16)).rejects.toThrow(TryLater)
  })

  it('never takes what is cut off for whole, wherever that is', async () => {
    const archive = gzipSync(randomBytes(50_000))
    for (const left of [1, 9, 17, 400, archive.length - 9, archive.length - 1])
      await expect(whole(of(archive.subarray(0, left), 300), 1 << 16)).rejects.toThrow(TryLater)
  })

  it('finds damage, in the bytes and in their checksum', async () => {
    for (const at of [30_000, -6]) {
      const archive = Buffer.from(gzipSync(randomBytes(60_000)))
      archive.writeUInt8((archive.at(at) ?? 0) ^ 1, (at + archive.length) % archive.length)
      await expect(whole(of(archive, 4_096), 1 << 16)).rejects.toThrow(TryLater)
    }
  })
})

it('says when the zlib of a Node.js does not let itself be driven', () => {
  expect(gunzipInPlace(nothing, Object.assign(createGunzip(), { _handle: {} }))).toBeUndefined()
})

it('reads a body into the memory of one that is closed, and of no other', async () => {
  const archive = gzipSync('{"a":1}\n')
  const opened = async () => {
    const used = new Set<ArrayBufferLike>()
    const bytes = new ChunkSource(inPieces(archive, 64), () => undefined)
    const source = gunzipInPlace({
      read: (into) => {
        used.add(into.buffer)
        return bytes.read(into)
      },
      close: () => undefined,
    })
    await source?.read(Buffer.alloc(100))
    return { source, used }
  }
  const closed = await opened()
  closed.source?.close()
  closed.source?.close()
  const next = await opened()
  const beside = await opened()
  expect(next.used).toEqual(closed.used)
  expect([...beside.used]).not.toContain([...next.used][0])
})
