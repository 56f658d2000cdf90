import { createHash, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type RequestListener, request } from 'node:http'
import { createServer as createTlsServer, request as tlsRequest } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { CertificateAuthority } from '../../tests/standins/certificates.ts'
import { createAgents } from './agents.ts'
import { chunksOf } from './byte-source.ts'
import { IncomingBody } from './incoming-body.ts'

const body = randomBytes(9_000_000)
const small = body.subarray(0, 3_000_000)
const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

describe('IncomingBody', () => {
  const stop: (() => void)[] = []
  afterEach(() => {
    for (const each of stop.splice(0)) each()
  })

  /** Asks a server again and again over one connection; gives each answer. */
  async function answering(tls: boolean, answer: RequestListener) {
    const server = tls
      ? createTlsServer({ ...new CertificateAuthority().issue(['127.0.0.1']) }, answer)
      : createServer(answer)
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const { port } = server.address() as AddressInfo
    const url = `${tls ? 'https' : 'http'}://127.0.0.1:${port}/`
    const agents = createAgents({})
    stop.push(() => {
      agents.close()
      server.closeAllConnections()
      server.close()
    })
    return () =>
      new Promise<IncomingMessage>((resolve, reject) => {
        const options = { agent: agents.for(url), rejectUnauthorized: false }
        const asked = tls ? tlsRequest(url, options, resolve) : request(url, options, resolve)
        asked.on('error', reject).end()
      })
  }

  /** Reads in pieces of changing sizes, looks away now and then; every piece is kept until the end. */
  async function readAll(incoming: IncomingMessage): Promise<Buffer> {
    const source = new IncomingBody(incoming, 5_000, () => undefined)
    const pieces: Buffer[] = []
    for (let turn = 0; ; turn++) {
      const into = Buffer.alloc([70_000, 1, 300_000, 65_536, 4_000][turn % 5] ?? 1)
      const length = await source.read(into)
      if (length === 0) return Buffer.concat(pieces)
      pieces.push(into.subarray(0, length))
      if (turn % 7 === 3) await sleep(2)
    }
  }

  describe.each([
    ['http', false],
    ['https', true],
  ])('over %s', (_, tls) => {
    it.each([
      ['over one connection', small, 1],
      ['each large one over its own', body, 3],
    ])(
      'gives the bytes as they were sent, of one answer after the other, %s',
      async (_name, sent, connections) => {
        const ports = new Set<number | undefined>()
        const ask = await answering(tls, ({ socket }, response) => {
          ports.add(socket.remotePort)
          response.setHeader('Content-Length', sent.length).end(sent)
        })
        for (let time = 0; time < 3; time++) expect(digestOf(await readAll(await ask()))).toBe(digestOf(sent))
        expect(ports.size).toBe(connections)
      },
    )

    it('says when a large body is cut off, and keeps what came', async () => {
      const ask = await answering(tls, (_request, response) => {
        response.setHeader('Content-Length', body.length + 1).write(body, () => response.socket?.end())
      })
      const source = new IncomingBody(await ask(), 5_000, () => undefined)
      const received = createHash('sha256')
      const into = Buffer.alloc(400_000)
      let length = 0
      const cutOff = async (): Promise<void> => {
        for (;;) {
          const read = await source.read(into)
          received.update(into.subarray(0, read))
          length += read
        }
      }
      await expect(cutOff()).rejects.toThrow(/aborted|cut off/)
      expect([length, received.digest('hex')]).toEqual([body.length, digestOf(body)])
    })

    it('gives the bytes of chunks of any size', async () => {
      const ask = await answering(tls, async (_request, response) => {
        for (let at = 0, size = 1; at < body.length; at += size, size = (size * 7 + 13) % 90_001) {
          if (!response.write(body.subarray(at, at + size)))
            await new Promise((drained) => response.once('drain', drained))
        }
        response.end()
      })
      expect(digestOf(await readAll(await ask()))).toBe(digestOf(body))
    })
  })

  it('keeps what comes in small pieces while nobody reads', async () => {
    const pieces = Array.from({ length: 12 }, () => randomBytes(2_000))
    const { promise: looking, resolve: look } = Promise.withResolvers<void>()
    const ask = await answering(false, async (_request, response) => {
      for (const piece of pieces) {
        response.write(piece)
        // Each is a read of its own.
        await sleep(5)
      }
      look()
      response.end()
    })
    const source = new IncomingBody(await ask(), 5_000, () => undefined)
    const first = Buffer.alloc(1)
    expect(await source.read(first)).toBe(1)
    await looking
    const rest: Buffer[] = [first]
    for await (const chunk of chunksOf(source, 700)) rest.push(chunk)
    expect(digestOf(Buffer.concat(rest))).toBe(digestOf(Buffer.concat(pieces)))
  })

  it('says when a body ends before its length, and keeps what came', async () => {
    const ask = await answering(false, (_request, response) => {
      response.setHeader('Content-Length', 100).write('half')
      response.socket?.end()
    })
    const source = new IncomingBody(await ask(), 5_000, () => undefined)
    const into = Buffer.alloc(100)
    expect(into.toString('utf8', 0, await source.read(into))).toBe('half')
    await expect(source.read(into)).rejects.toThrow()
    await expect(source.read(into)).rejects.toThrow()
  })

  it('counts silence only while somebody waits', async () => {
    const ask = await answering(false, (_request, response) => {
      response.setHeader('Content-Length', 8).write('some')
    })
    const source = new IncomingBody(await ask(), 300, () => undefined)
    const into = Buffer.alloc(100)
    expect(await source.read(into)).toBe(4)
    await sleep(400)
    await expect(source.read(into)).rejects.toThrow('no data for 0.3 s')
  })
})
