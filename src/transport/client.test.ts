import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { Stopped, TryLater } from '../errors.ts'
import { Secret } from '../secret.ts'
import { chunksOf } from './byte-source.ts'
import { createClient, ReplyTooLarge, type VendorClient } from './client.ts'
import { VendorClock } from './clock.ts'

const nothing = (): void => undefined
const request = { step: 'asking', method: 'GET' as const, counted: false }

describe('VendorClient', () => {
  const stop: (() => void)[] = []
  afterEach(() => {
    for (const each of stop.splice(0)) each()
  })

  /** A server that answers as told, and a client for it. */
  async function setUp(answer: RequestListener, retries = 0) {
    const server = createServer(answer)
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const address = server.address()
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/path`
    const stopping = new AbortController()
    const clock = { now: () => Date.now(), sleep: (ms: number) => sleep(ms) }
    const taken: string[] = []
    const client = createClient({
      network: {},
      quota: { take: async () => void taken.push('taken') },
      clock,
      vendorClock: new VendorClock(clock, nothing),
      retry: { retries, firstPause: 1, longestPause: 2, patience: 10_000 },
      log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
      signal: stopping.signal,
      idleTimeout: 1_500,
      largestReply: 100_000,
      userAgent: 'TA-mailtrail',
    })
    stop.push(() => {
      client.close()
      server.closeAllConnections()
      server.close()
    })
    return { client, url, stopping, taken, server }
  }
  const textOf = (client: VendorClient, url: string, more: object = {}) =>
    client.send({ ...request, ...more, url }, ({ status, body }) => `${status} ${body.toString('utf8')}`)

  it('sends what is asked for, secrets in clear text, and nothing of its own besides', async () => {
    let seen: IncomingMessage | undefined
    const { client, url } = await setUp((message, response) => {
      seen = message
      response.end('yes')
    })
    const basic = { username: 'name', password: new Secret('pä:ss') }
    const headers = { 'x-api-key': new Secret('key') }
    expect(await textOf(client, url, { method: 'POST', json: { a: 1 }, basic, headers })).toBe('200 yes')
    expect(seen?.headers).toMatchObject({
      'x-api-key': 'key',
      authorization: `Basic ${Buffer.from('name:pä:ss').toString('base64')}`,
      'content-type': 'application/json',
      'user-agent': 'TA-mailtrail',
      'accept-encoding': 'identity',
    })
    expect(Object.keys(seen?.headers ?? {})).not.toContain('cookie')
  })

  it('follows no redirect: it would take credentials to another host', async () => {
    let requests = 0
    const { client, url } = await setUp((_, response) => {
      requests++
      response.writeHead(302, { Location: '/elsewhere' }).end()
    })
    expect(await textOf(client, url)).toBe('302 ')
    expect(requests).toBe(1)
  })

  it('inflates a whole answer that is gzip, and streams one as it was sent', async () => {
    const bytes = gzipSync('text')
    const { client, url } = await setUp((_, response) =>
      response.setHeader('Content-Encoding', 'gzip').end(bytes),
    )
    expect(await textOf(client, url)).toBe('200 text')
    const { body } = await client.open({ ...request, url }, async () => undefined)
    const chunks: Buffer[] = []
    for await (const chunk of chunksOf(body, 3)) chunks.push(chunk)
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true)
  })

  it('keeps its connection from one request to the next', async () => {
    const ports = new Set<number | undefined>()
    const { client, url } = await setUp(({ socket }, response) => {
      ports.add(socket.remotePort)
      response.end('yes')
    })
    for (let time = 0; time < 3; time++) await textOf(client, url)
    expect(ports.size).toBe(1)
  })

  it.each<[string, (response: ServerResponse) => void]>([
    ['ends before its length', (response) => response.writeHead(200, { 'Content-Length': 10 }).end('short')],
    [
      'is cut off between chunks',
      (response) => {
        response.write('{"a":1}\n')
        setTimeout(() => response.destroy(), 20)
      },
    ],
    [
      'stops coming',
      (response) => {
        response.write('{"a":1}\n')
      },
    ],
    ['never comes', nothing],
  ])('tries again when an answer %s', async (_, broken) => {
    let requests = 0
    const answer: RequestListener = (_message, response) =>
      ++requests === 1 ? broken(response) : response.end('whole')
    const { client, url, server } = await setUp(answer, 1)
    server.on('error', nothing)
    expect(await textOf(client, url)).toBe('200 whole')
    expect(client.metrics).toMatchObject({ requests: 2, retries: 1 })
  })

  it('takes no more of an answer than it may be long', async () => {
    const { client, url } = await setUp((_, response) => response.end(Buffer.alloc(200_000)))
    await expect(textOf(client, url)).rejects.toThrow(TryLater)
    await expect(textOf(client, url, { largest: 150_000 })).rejects.toThrow(ReplyTooLarge)
  })

  it('counts requests that the vendor counts, and sets the clock by their answers', async () => {
    const { client, url, taken } = await setUp((_, response) =>
      response.setHeader('Date', 'Tue, 10 Mar 2026 12:00:00 GMT').end(),
    )
    await textOf(client, url)
    expect(taken).toEqual([])
    await textOf(client, url, { counted: true })
    expect(taken).toEqual(['taken'])
    expect(new Date(client.clock.now()).toISOString()).toMatch(/^2026-03-10T12:00:0/)
  })

  it('stops in the middle of a request, a body or a pause', async () => {
    const { client, url, stopping } = await setUp((_, response) => {
      response.write('begun')
    })
    const reply = await client.open({ ...request, url }, async () => undefined)
    const reading = (async () => {
      for await (const _chunk of chunksOf(reply.body, 99)) stopping.abort()
    })()
    await expect(reading).rejects.toThrow(Stopped)
    await expect(textOf(client, url)).rejects.toThrow(Stopped)
  })

  it('names the host in its messages, never the query', async () => {
    const { client, server } = await setUp(nothing)
    server.close()
    const error = await textOf(client, 'http://127.0.0.1:9/o?X-Amz-Signature=secret').catch(
      (why: unknown) => why,
    )
    expect(String(error)).toMatch(/While asking: 127\.0\.0\.1:9: the connection is refused/)
    expect(String(error)).not.toContain('secret')
  })
})
