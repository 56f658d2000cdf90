import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import { setTimeout as delay } from 'node:timers/promises'
import type { Certificate } from '../../certificates.ts'
import type { Faults } from './faults.ts'
import { Refusal, type Reply, refusalReply } from './reply.ts'
import { type RestRequest, readRequest } from './request.ts'
import { findRoute, type Route } from './router.ts'
import type { Sessions } from './sessions.ts'

/** One line of the request log. */
export interface LoggedRequest {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly body: string
  /** Status that was answered; 0 when the connection was reset instead. */
  readonly status: number
  /** Whether the request was carried out, answered or not. */
  readonly applied: boolean
  readonly user: string | undefined
  /** When it was answered, epoch milliseconds. */
  readonly at: number
}

export interface RestServerOptions {
  readonly certificate: Certificate
  readonly routes: readonly Route[]
  readonly sessions: Sessions
  readonly faults: Faults
}

/** splunkd's management port: HTTPS on a free port of 127.0.0.1. */
export class RestServer {
  /** Every request so far, in the order of the answers. */
  readonly log: LoggedRequest[] = []
  readonly #options: RestServerOptions
  readonly #server: Server
  readonly #stopping = new AbortController()

  constructor(options: RestServerOptions) {
    this.#options = options
    this.#server = createServer(
      { ...options.certificate },
      (message, response) => void this.#serve(message, response),
    )
    this.#server.on('tlsClientError', (_, socket) => socket.destroy())
  }

  /** The base of all URLs, such as `https://127.0.0.1:43127`; only while the server runs. */
  get uri(): string {
    const address = this.#server.address()
    if (address === null || typeof address === 'string')
      throw new Error('The stand-in splunkd is not running.')
    return `https://127.0.0.1:${address.port}`
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    let request: RestRequest
    try {
      request = await readRequest(message)
    } catch (error) {
      if (error instanceof Refusal) send(response, refusalReply(error, false))
      else response.destroy()
      return
    }
    const effect = this.#options.faults.take(request)
    let applied = false
    let reply: Reply | undefined
    try {
      await effect?.before?.(request)
      if (effect?.delayMs) await delay(effect.delayMs, undefined, { signal: this.#stopping.signal })
      if (effect?.refuse) throw effect.refuse
      if (!effect?.reset) {
        applied = true
        reply = await this.#answer(request)
        await effect?.after?.(request, reply)
        reply = effect?.rewrite?.(reply, request) ?? reply
      }
    } catch (error) {
      if (error instanceof Refusal) applied = false
      reply = this.#failure(error, request)
    }
    const answered = reply !== undefined && !effect?.loseAnswer && !this.#stopping.signal.aborted
    this.#record(request, answered ? (reply?.status ?? 0) : 0, applied)
    if (answered && reply !== undefined) send(response, reply)
    else message.socket.destroy()
  }

  async #answer(request: RestRequest): Promise<Reply> {
    const { routes, sessions } = this.#options
    const isOpen = request.segments.join('/') === 'auth/login'
    if (!isOpen) request.session = sessions.recognise(request.authorization)
    const { route, values } = findRoute(routes, request)
    return route.answer(request, values)
  }

  #failure(error: unknown, request: RestRequest): Reply | undefined {
    if (this.#stopping.signal.aborted) return undefined
    const refusal =
      error instanceof Refusal ? error : new Refusal(500, `Stand-in failed: ${String(error)}`, 'FATAL')
    return refusalReply(refusal, request.wantsJson)
  }

  #record(request: RestRequest, status: number, applied: boolean): void {
    const { method, path, query, body, session } = request
    this.log.push({
      method,
      path,
      query: query.toString(),
      body,
      status,
      applied,
      user: session?.user,
      at: Date.now(),
    })
  }
}

function send(response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, { 'Content-Type': reply.type, ...reply.headers }).end(reply.body)
}
