import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'
import type { Certificate } from './certificates.ts'

export interface ProxyOptions {
  /** An https:// proxy with it, an http:// one without. */
  readonly tls?: Certificate
  /** Who may use it; everybody when left out. */
  readonly user?: string
  readonly password?: string
  /** What CONNECT is refused with. */
  readonly refuseWith?: number
}

/** A forward proxy for CONNECT, which real ones do not easily play over TLS and with every sign in a password. */
export class ProxyStandin {
  /** `host:port` of every tunnel that was asked for, with the answer's status. */
  readonly tunnels: { readonly target: string; readonly status: number }[] = []
  readonly #options: ProxyOptions
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  constructor(options: ProxyOptions = {}) {
    this.#options = options
    this.#server = options.tls ? createTlsServer(options.tls) : createServer()
    this.#server.on('connection', (socket: Socket) => this.#sockets.add(socket))
    this.#server.on('connect', (request, client: Socket) =>
      this.#connect(request.url ?? '', request.headers, client),
    )
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, '127.0.0.1', resolve)
    })
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => {
      this.#server.close(resolve)
    })
  }

  get url(): string {
    const address: string | AddressInfo | null = this.#server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    return `${this.#options.tls ? 'https' : 'http'}://127.0.0.1:${port}`
  }

  #connect(target: string, headers: IncomingHttpHeaders, client: Socket): void {
    this.#sockets.add(client)
    client.on('error', () => client.destroy())
    const status = this.#verdict(headers['proxy-authorization'])
    this.tunnels.push({ target, status })
    if (status !== 200) {
      client.end(`HTTP/1.1 ${status} Refused\r\nContent-Length: 0\r\n\r\n`)
      return
    }
    const [host = '', port = ''] = target.split(/:(?=\d+$)/)
    const upstream = connect(Number(port), host)
    this.#sockets.add(upstream)
    upstream.on('connect', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      upstream.pipe(client).pipe(upstream)
    })
    upstream.on('error', () => client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'))
    client.on('close', () => upstream.destroy())
  }

  #verdict(authorization = ''): number {
    const { user, password, refuseWith } = this.#options
    if (refuseWith !== undefined) return refuseWith
    if (user === undefined) return 200
    const given = Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString('utf8')
    return given === `${user}:${password}` ? 200 : 407
  }
}
