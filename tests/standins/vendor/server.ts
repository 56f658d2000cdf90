import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Certificate } from '../certificates.ts'
import { type Connection, pause, send } from './answering.ts'
import type { Clock } from './clock.ts'
import { type Fault, Faults } from './faults.ts'
import { hostileBody } from './hostile.ts'
import type { Random } from './random.ts'
import { type Answer, bodyOf, RequestLog, type VendorRequest } from './request.ts'

/** How long an idle connection stays open, milliseconds: as long as behind a load balancer of AWS. */
const idleTimeout = 60_000

export interface VendorServerOptions {
  readonly clock: Clock
  readonly random: Random
  /** HTTPS with it, plain HTTP without. */
  readonly tls?: Certificate | undefined
  /** What a request asks for, in one word: fault rules and the request log go by it. */
  operationOf(method: string, path: string): string
  answer(request: VendorRequest): Answer | Promise<Answer>
  /** The vendor's body for an error that a fault rule asks for. */
  errorAnswer(status: number): Answer
}

/** An HTTP or HTTPS server on 127.0.0.1 that plays a vendor, with faults on demand and a log of all requests. */
export class VendorServer {
  readonly faults: Faults
  readonly requests = new RequestLog()
  readonly #options: VendorServerOptions
  readonly #server: Server
  readonly #sockets = new Map<number, Socket>()

  constructor(options: VendorServerOptions) {
    this.#options = options
    this.faults = new Faults(options.random)
    const listener: RequestListener = (message, response) => void this.#handle(message, response)
    this.#server = options.tls
      ? createTlsServer({ key: options.tls.key, cert: options.tls.cert, minVersion: 'TLSv1.2' }, listener)
      : createServer(listener)
    this.#server.keepAliveTimeout = idleTimeout
    this.#server.on('connection', (socket) => {
      const port = socket.remotePort ?? 0
      this.#sockets.set(port, socket)
      socket.on('close', () => this.#sockets.delete(port))
    })
  }

  /** Listens on a free port of 127.0.0.1, or on the given one. */
  async start(port = 0): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, '127.0.0.1', resolve)
    })
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => {
      this.#server.close(resolve)
    })
    for (const socket of this.#sockets.values()) socket.destroy()
    await closed
  }

  get port(): number {
    const address: string | AddressInfo | null = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('the server is not listening')
    return address.port
  }

  /** Scheme, host and port; no slash at the end. */
  get url(): string {
    return `${this.#options.tls ? 'https' : 'http'}://127.0.0.1:${this.port}`
  }

  async #handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await this.#read(message).catch(() => undefined)
    if (request === undefined) {
      response.destroy()
      return
    }
    const fault = this.faults.draw(request)
    const connection = this.#connectionOf(message)
    try {
      const status = await this.#respond(request, response, fault, connection)
      this.requests.add({ ...request, status, fault: fault?.kind })
    } catch (error) {
      this.requests.add({ ...request, status: 0, fault: `broken stand-in: ${error}` })
      response.destroy()
    }
  }

  async #read(message: IncomingMessage): Promise<VendorRequest> {
    const url = message.url ?? '/'
    const question = url.indexOf('?')
    const path = question < 0 ? url : url.slice(0, question)
    const method = message.method ?? 'GET'
    return {
      method,
      url,
      path,
      query: question < 0 ? '' : url.slice(question + 1),
      headers: message.headers,
      operation: this.#options.operationOf(method, path),
      at: this.#options.clock.now(),
      body: await bodyOf(message),
    }
  }

  /** The status sent, 0 for none. */
  async #respond(
    request: VendorRequest,
    response: ServerResponse,
    fault: Fault | undefined,
    connection: Connection,
  ): Promise<number> {
    if (fault?.kind === 'hang') return 0
    if (fault?.kind === 'reset' || fault?.kind === 'close') {
      connection[fault.kind]()
      return 0
    }
    if (fault?.kind === 'delay') await pause(fault.milliseconds)
    const answer = this.#spoiled(fault) ?? (await this.#options.answer(request))
    if (fault?.kind === 'lostAnswer') {
      connection.reset()
      return 0
    }
    response.setHeader('Date', new Date(this.#options.clock.now()).toUTCString())
    await send(response, answer, fault, connection)
    return answer.status
  }

  /** The answer that a fault puts in the place of the vendor's, if it does. */
  #spoiled(fault: Fault | undefined): Answer | undefined {
    if (fault?.kind === 'body') return hostileBody(fault)
    if (fault?.kind !== 'status') return undefined
    const usual = this.#options.errorAnswer(fault.status)
    const headers: Record<string, string> = { ...usual.headers, ...fault.headers }
    if (fault.retryAfterSeconds !== undefined) headers['Retry-After'] = String(fault.retryAfterSeconds)
    if (fault.retryAtSeconds !== undefined) {
      const at = this.#options.clock.now() + fault.retryAtSeconds * 1000
      headers['Retry-After'] = new Date(at).toUTCString()
    }
    const body = fault.body ?? usual.body
    return body === undefined ? { status: fault.status, headers } : { status: fault.status, headers, body }
  }

  #connectionOf(message: IncomingMessage): Connection {
    const { socket } = message
    // Only the TCP socket below TLS can be reset.
    const tcp = this.#sockets.get(socket.remotePort ?? 0)
    return {
      reset: () => {
        tcp?.resetAndDestroy()
        socket.destroy()
      },
      close: () => socket.destroySoon(),
    }
  }
}
