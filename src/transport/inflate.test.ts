import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { TryLater } from '../errors.ts'
import { inflated } from './inflate.ts'

const text = Buffer.from('{"subject":"grüße"}\n'.repeat(20_000))

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function whole(bytes: Buffer, size = 65_536): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of inflated(inPieces(bytes, size))) chunks.push(chunk)
  return Buffer.concat(chunks)
}

describe('inflated', () => {
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

  it('lets go of its source when the reader goes away', async () => {
    let released = false
    async function* endless(): AsyncGenerator<Buffer> {
      try {
        for (;;) yield text
      } finally {
        released = true
      }
    }
    for await (const chunk of inflated(endless())) if (chunk.length > 0) break
    expect(released).toBe(true)
  })
})
