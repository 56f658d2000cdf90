import type { ClientRequest } from 'node:http'
import type { ConnectionOptions } from 'node:tls'
import { HttpsProxyAgent } from 'https-proxy-agent'
import { Misconfigured, TryLater } from '../errors.ts'
import type { NetworkSettings } from './agents.ts'
import { networkError } from './network-error.ts'

type ConnectArguments = Parameters<HttpsProxyAgent<string>['connect']>

/** TLS to the vendor, inside the tunnel, and to the proxy itself, where that is an https:// one. */
export type TlsSettings = Pick<ConnectionOptions, 'ca' | 'minVersion'>

/**
 * Connections to a vendor through the stanza's proxy (CONNECT). What fails on the way to the proxy, or is refused by
 * it, is told from what the vendor refuses.
 */
export class Tunnel extends HttpsProxyAgent<string> {
  readonly #tls: TlsSettings

  constructor(
    settings: NetworkSettings,
    proxyUrl: string,
    tls: TlsSettings,
    kept: { keepAlive: boolean; maxSockets: number },
  ) {
    super(proxyUrl, { ...kept, ...tls, headers: proxyHeaders(settings) })
    this.#tls = tls
  }

  override async connect(
    ...[request, options]: ConnectArguments
  ): ReturnType<HttpsProxyAgent<string>['connect']> {
    const proxy = this.proxy.host
    const target = `${options.host ?? ''}:${options.port ?? ''}`
    const answered = statusOfConnect(request)
    let socket: Awaited<ReturnType<HttpsProxyAgent<string>['connect']>>
    try {
      socket = await super.connect(request, { ...options, ...this.#tls })
    } catch (error) {
      throw proxyUnreachable(error, proxy)
    }
    const status = answered()
    if (status === 200) return socket
    socket.destroy()
    throw proxyRefusal(status, proxy, target)
  }
}

function statusOfConnect(request: ClientRequest): () => number {
  let status = 0
  request.once('proxyConnect', (answer: unknown) => {
    if (typeof answer === 'object' && answer !== null && 'statusCode' in answer)
      status = Number(answer.statusCode)
  })
  return () => status
}

/** Basic authentication: user name and password are bytes, whatever characters they hold. */
export function proxyHeaders(settings: NetworkSettings): Record<string, string> {
  if (settings.proxyUsername === undefined) return {}
  const credentials = `${settings.proxyUsername}:${settings.proxyPassword?.reveal() ?? ''}`
  return { 'Proxy-Authorization': `Basic ${Buffer.from(credentials, 'utf8').toString('base64')}` }
}

function proxyUnreachable(error: unknown, proxy: string): Error {
  if (error instanceof Error && /Proxy connection ended|Parse Error/i.test(error.message)) {
    return new TryLater(
      `The proxy ${proxy} does not answer as a proxy does; check host, port and http:// or https:// in proxy_url.`,
      { cause: error, category: 'Connection Error' },
    )
  }
  return networkError(error, 'connecting to the proxy', proxy, 'proxy_url')
}

/** What a proxy's answer to CONNECT means. Source: RFC 9110, 15. */
export function proxyRefusal(status: number, proxy: string, target: string): Error {
  // A proxy such as tinyproxy answers 401 to a wrong password.
  if (status === 407 || status === 401) {
    return new Misconfigured(
      `The proxy ${proxy} does not let this host in without a user name and password that it knows (${status}); check proxy_username ` +
        'and proxy_password.',
      { category: 'Authentication Error' },
    )
  }
  if (status === 403 || status === 405) {
    return new Misconfigured(
      `The proxy ${proxy} does not allow connections to ${target} (${status}); have it allowed there.`,
      {
        category: 'Permission Error',
      },
    )
  }
  return new TryLater(
    `The proxy ${proxy} cannot connect to ${target} (${status}); check region or base_url, and the proxy's log.`,
    { category: 'Connection Error' },
  )
}
