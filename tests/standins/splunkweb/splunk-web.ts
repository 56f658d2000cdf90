import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Splunkd } from '../splunkd/index.ts'
import type { Answer } from './answer.ts'
import { apiScript, configScript, staticFile } from './assets.ts'
import { pageOf } from './page.ts'
import { passOn } from './proxy.ts'

export type Theme = 'light' | 'dark'

export interface SplunkWebOptions {
  /** The theme that the user chose. */
  readonly theme?: Theme
  readonly version?: string
}

/** What a browser must hold to be signed in; as a browser driver takes it. */
export interface Cookie {
  readonly name: string
  readonly value: string
  readonly url: string
  readonly httpOnly: boolean
}

/** A request that the page made of splunkd. */
export interface PassedRequest {
  readonly method: string
  /** Path and query. */
  readonly target: string
  readonly body: string
  readonly status: number
}

const locale = 'en-US'

/** Splunk Web before a stand-in splunkd. See the README beside this file. */
export class SplunkWeb {
  /** Every request that came for splunkd, refused ones too. */
  readonly requests: PassedRequest[] = []
  theme: Theme
  readonly #splunkd: Splunkd
  readonly #version: string
  readonly #server: Server
  readonly #formKey = randomBytes(8).toString('hex')
  readonly #sessions = new Set<string>()

  private constructor(splunkd: Splunkd, options: SplunkWebOptions) {
    this.#splunkd = splunkd
    this.theme = options.theme ?? 'light'
    this.#version = options.version ?? '10.4.0'
    this.#server = createServer((request, response) => void this.#serve(request, response))
  }

  /** On a free port of 127.0.0.1. End it with `stop()`. */
  static async start(splunkd: Splunkd, options: SplunkWebOptions = {}): Promise<SplunkWeb> {
    const web = new SplunkWeb(splunkd, options)
    web.#server.listen(0, '127.0.0.1')
    await once(web.#server, 'listening')
    return web
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  /** An address, from its path below the locale. */
  url(path: string): string {
    return `http://127.0.0.1:${this.#port}/${locale}${path}`
  }

  /** Signs the administrator in. */
  signIn(): Cookie[] {
    const session = this.#splunkd.sessions.issue('admin')
    this.#sessions.add(session)
    const url = `http://127.0.0.1:${this.#port}`
    return [
      { name: `splunkd_${this.#port}`, value: session, url, httpOnly: true },
      { name: `splunkweb_csrf_token_${this.#port}`, value: this.#formKey, url, httpOnly: false },
    ]
  }

  /** Ends every session of this Splunk Web, as a timeout does. */
  signOut(): void {
    for (const session of this.#sessions) this.#splunkd.sessions.revoke(session)
    this.#sessions.clear()
  }

  get #port(): number {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('Splunk Web is not running.')
    return address.port
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = await this.#answer(request)
    response.writeHead(answer.status, { 'Content-Type': answer.type, ...answer.headers }).end(answer.body)
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1')
    const path = pathname.startsWith(`/${locale}/`) ? pathname.slice(locale.length + 1) : undefined
    const session = cookieOf(request, `splunkd_${this.#port}`)
    const signedIn = session !== undefined && this.#sessions.has(session) ? session : undefined
    if (path?.startsWith('/splunkd/__raw/')) {
      return passOn(request, {
        splunkd: this.#splunkd,
        session: signedIn,
        prefix: `/${locale}/splunkd/__raw`,
        formKey: this.#formKey,
        passed: (one) => this.requests.push(one),
      })
    }
    if (path === undefined) return { status: 404, type: 'text/plain', body: 'Not Found' }
    return this.#page(path, signedIn)
  }

  #page(path: string, session: string | undefined): Answer {
    if (path.startsWith('/static/'))
      return apiScript(path, this.theme) ?? staticFile(path, this.#splunkd.home)
    if (session === undefined)
      return { status: 303, type: 'text/plain', body: '', headers: { Location: `/${locale}/account/login` } }
    if (path === '/config') return configScript({ locale, port: this.#port, version: this.#version })
    if (path === '/i18ncatalog') return { status: 200, type: 'text/javascript', body: '' }
    return pageOf(path, { home: this.#splunkd.home, locale, version: this.#version })
  }
}

function cookieOf(request: IncomingMessage, name: string): string | undefined {
  const cookies = (request.headers.cookie ?? '').split(/;\s*/).map((each) => each.split(/=(.*)/s, 2))
  return cookies.find(([key]) => key === name)?.[1]
}
