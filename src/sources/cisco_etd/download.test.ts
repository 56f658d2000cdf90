import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TryLater } from '../../errors.ts'
import { RecordReader } from '../../records/reader.ts'
import { manyLines, objectText, oneLine } from '../../records/testing/json-text.ts'
import { Random } from '../../records/testing/random.ts'
import { createClient, type VendorClient } from '../../transport/client.ts'
import { VendorClock } from '../../transport/clock.ts'
import { beginning, download, type Place } from './download.ts'
import type { LogObject } from './object.ts'
import { members, stamp } from './stamp.ts'

const nothing = (): void => undefined

describe('Downloading an object', () => {
  const random = new Random(31)
  /** What the storage has, and where it cuts an answer off. */
  let stored: Buffer = Buffer.alloc(0)
  let cutAfter = Number.POSITIVE_INFINITY
  let object: LogObject
  const reader = new RecordReader({ members })
  let vendor: VendorClient

  const server = createServer((request, response) => {
    const from = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1]
    const rest = stored.subarray(Number(from ?? 0))
    response.setHeader('Content-Length', rest.length)
    if (from !== undefined) {
      response.statusCode = 206
      response.setHeader('Content-Range', `bytes ${from}-${stored.length - 1}/${stored.length}`)
    }
    if (cutAfter >= rest.length) response.end(rest)
    else response.write(rest.subarray(0, cutAfter), () => response.destroy())
  })
  beforeAll(async () => {
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const { port } = server.address() as AddressInfo
    object = { path: 'path/of/an/object', url: `http://127.0.0.1:${port}/`, hour: 0 }
    const clock = { now: () => Date.now(), sleep: (ms: number) => sleep(ms) }
    vendor = createClient({
      network: {},
      quota: { take: async () => undefined },
      clock,
      vendorClock: new VendorClock(clock, nothing),
      retry: { retries: 2, firstPause: 1, longestPause: 2, patience: 10_000 },
      log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
      signal: new AbortController().signal,
      idleTimeout: 5_000,
      largestReply: 100_000,
      userAgent: 'TA-mailtrail',
    })
  })
  afterAll(() => {
    vendor.close()
    server.close()
  })

  function objectBytes(): Buffer {
    const odd = ['garbage', '{"a":', 'null', '[1,2]', '{"a":1}}', '[[', '{"a":1}{"b":2}', '\ufeff{"a":1}']
    const texts = Array.from({ length: random.pick([1, 9, 400]) }, () =>
      random.once(12) ? random.pick(odd) : objectText(random, random.pick([oneLine, oneLine, manyLines])),
    )
    const joined = texts.join(random.pick(['\n', '\n', ',', '\r\n', '']))
    const plain = Buffer.from(random.once(3) ? `[${joined}]` : joined)
    return random.once(3) ? gzipSync(plain) : plain
  }

  /** Every record with its identity, time and fault; goes on where it was cut off, `cuts` times. */
  async function read(cuts: number): Promise<string[]> {
    const records: string[] = []
    let at: Place = beginning
    for (let attempt = 0; ; attempt++) {
      cutAfter = attempt < cuts ? random.below(stored.length) : Number.POSITIVE_INFINITY
      const from = random.once(4) ? { ...at, isPlain: false } : at
      try {
        for await (const { records: block, isPlain } of download(vendor, object, from, reader)) {
          const { ids, times } = stamp(block, object, 'audit', '', at.ordinal)
          for (let row = 0; row < block.count; row++) {
            const text = Buffer.from(block.bytes.subarray(block.start(row), block.end(row))).toString(
              'latin1',
            )
            records.push(`${ids.get(row)} ${times[row]} ${block.fault(row)} ${text}`)
          }
          const offset = block.base + block.end(block.count - 1)
          at = { offset, ordinal: at.ordinal + block.count, isPlain }
        }
        return records
      } catch (error) {
        if (!(error instanceof TryLater)) throw error
      }
    }
  }

  it('gives each record once and under the same identity, wherever it is cut off', async () => {
    for (let time = 0; time < 60; time++) {
      stored = objectBytes()
      const whole = await read(0)
      expect(await read(1 + random.below(5))).toEqual(whole)
    }
  })
})
