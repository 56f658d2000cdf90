import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { TryLater } from '../errors.ts'
import { ChunkSource, chunksOf } from './byte-source.ts'
import { Inflated } from './inflate.ts'

const text = Buffer.from('{"subject":"grüße"}\n'.repeat(20_000))

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function whole(bytes: Buffer, size = 65_536): Promise<Buffer> {
  const chunks: Buffer[] = []
  const source = new Inflated(new ChunkSource(inPieces(bytes, size), () => undefined))
  for await (const chunk of chunksOf(source, 100_000)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

describe('Inflated', () => {
  it.each([
    ['plain bytes', text],
    ['gzip', gzipSync(text)],
    ['several members', Buffer.concat([gzipSync(text.subarray(0, 999)), gzipSync(text.subarray(999))])],
    ['gzip inside gzip', gzipSync(gzipSync(text))],
  ])('gives the bytes of %s, in pieces of any size', async (_, bytes) => {
    expect((await whole(bytes)).equals(text)).toBe(true)
    expect((await whole(bytes.subarray(0, bytes.length), 777)).equals(text)).toBe(true)
  })

  it('tells gzip by its first bytes, even when they come one by one', async () => {
    expect((await whole(gzipSync(Buffer.from('x')), 1)).toString()).toBe('x')
    expect((await whole(Buffer.from('\x1f'), 1)).length).toBe(1)
    expect((await whole(Buffer.alloc(0))).length).toBe(0)
  })

  it.each([
    ['cut off', gzipSync(text).subarray(0, -9)],
    ['cut in its header', gzipSync(text).subarray(0, 5)],
    ['damaged', Buffer.concat([gzipSync(text).subarray(0, -8), Buffer.alloc(8)])],
  ])('never takes a body for whole that is %s', async (_, bytes) => {
    await expect(whole(bytes)).rejects.toThrow(TryLater)
  })

  it.each([
    ['plain bytes', text],
    ['gzip', gzipSync(text)],
  ])('lets go of its source when the reader goes away: %s', async (_, bytes) => {
    const { promise: released, resolve: release } = Promise.withResolvers<string>()
    const source = new Inflated(new ChunkSource(inPieces(bytes, 500), () => release('released')))
    expect(await source.read(Buffer.alloc(10))).toBeGreaterThan(0)
    source.close()
    expect(await released).toBe('released')
  })
})
