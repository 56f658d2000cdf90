import { lookup } from 'node:dns/promises'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls, type DetailedPeerCertificate, type TLSSocket } from 'node:tls'
import { TryLater } from '../errors.ts'
import { type NetworkSettings, proxyFor, tlsSettings } from './agents.ts'
import { networkError } from './network-error.ts'
import { proxyHeaders, proxyRefusal } from './tunnel.ts'

/** A step on the way to a vendor, told when it is done. */
export type StepDone = (step: string, detail: string) => void

/** Longest time for one step, milliseconds. */
const stepTimeout = 6_000

/**
 * Goes the way to a vendor's server as far as its certificate, and sends nothing: name, proxy, TLS.
 * @throws {MailtrailError} which step fails and what to do; an unknown issuer is named.
 */
export async function goTheWay(url: string, settings: NetworkSettings, done: StepDone): Promise<void> {
  const { protocol, hostname, port, host } = new URL(url)
  const name = hostname.replace(/^\[|\]$/g, '')
  const target = { name, port: Number(port || (protocol === 'https:' ? 443 : 80)), host }
  const proxy = proxyFor(url, settings)
  if (proxy === undefined) {
    const address = await resolved(name, host)
    done('name resolution', `${name} is ${address}`)
  } else {
    done('name resolution', `${name} is left to the proxy`)
  }
  const socket = proxy === undefined ? await direct(target) : await throughProxy(proxy, target, settings)
  done(
    proxy === undefined ? 'connection' : 'proxy',
    proxy === undefined ? `${host} answers` : `${new URL(proxy).host} connects to ${host}`,
  )
  if (protocol !== 'https:') {
    socket.destroy()
    return
  }
  done('TLS', await handshake(socket, target, settings))
}

interface Target {
  readonly name: string
  readonly port: number
  readonly host: string
}

async function resolved(name: string, host: string): Promise<string> {
  if (isIP(name) !== 0) return 'an address'
  try {
    return (await lookup(name)).address
  } catch (error) {
    throw networkError(error, 'looking up the name', host)
  }
}

function direct({ name, port, host }: Target): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>()
  const socket = connectTcp({ host: name, port, timeout: stepTimeout })
  socket.once('connect', () => resolve(socket))
  socket.once('timeout', () => socket.destroy(timedOut('connecting', host)))
  socket.once('error', (error) => reject(networkError(error, 'connecting', host)))
  return promise
}

function throughProxy(proxyUrl: string, target: Target, settings: NetworkSettings): Promise<Socket> {
  const proxy = new URL(proxyUrl)
  const { promise, resolve, reject } = Promise.withResolvers<Socket>()
  const authority = `${isIP(target.name) === 6 ? `[${target.name}]` : target.name}:${target.port}`
  const options = {
    host: proxy.hostname.replace(/^\[|\]$/g, ''),
    port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
    method: 'CONNECT',
    path: authority,
    headers: { Host: authority, ...proxyHeaders(settings) },
    timeout: stepTimeout,
    agent: false,
  }
  const request =
    proxy.protocol === 'https:'
      ? httpsRequest({ ...options, ...tlsSettings(settings) })
      : httpRequest(options)
  request.once('connect', ({ statusCode = 0 }, socket) => {
    if (statusCode === 200) return resolve(socket)
    socket.destroy()
    reject(proxyRefusal(statusCode, proxy.host, authority))
  })
  request.once('response', ({ statusCode = 0 }) => {
    request.destroy()
    reject(proxyRefusal(statusCode, proxy.host, authority))
  })
  request.once('timeout', () => request.destroy(timedOut('connecting to the proxy', proxy.host)))
  request.once('error', (error) =>
    reject(networkError(error, 'connecting to the proxy', proxy.host, 'proxy_url')),
  )
  request.end()
  return promise
}

/** @returns what was agreed on, and who has signed the certificate. */
async function handshake(socket: Socket, { name, host }: Target, settings: NetworkSettings): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const secure = connectTls({
    socket,
    ...tlsSettings(settings),
    ...(isIP(name) === 0 ? { servername: name } : {}),
    host: name,
    // The certificate is looked at here, and nothing is ever sent on this connection.
    rejectUnauthorized: false,
  })
  const timer = setTimeout(() => secure.destroy(timedOut('agreeing on TLS', host)), stepTimeout)
  secure.once('secureConnect', () => {
    const issuer = issuerOf(secure)
    const fault = secure.authorizationError
    if (secure.authorized) resolve(`${secure.getProtocol() ?? 'TLS'}, ${issuer}`)
    else reject(networkError(coded(String(fault)), 'agreeing on TLS', host, undefined, issuer))
    secure.destroy()
  })
  secure.once('error', (error) => reject(networkError(error, 'agreeing on TLS', host)))
  secure.once('close', () => reject(networkError(coded('ECONNRESET'), 'agreeing on TLS', host)))
  return promise.finally(() => clearTimeout(timer))
}

const timedOut = (step: string, host: string): TryLater =>
  new TryLater(
    `While ${step}: ${host}: no answer within ${stepTimeout / 1000} s; check network, proxy_url and firewall.`,
    { category: 'Connection Error' },
  )

const coded = (code: string): Error => Object.assign(new Error(code), { code })

/** Who has signed the last certificate of the chain that the server shows. */
function issuerOf(socket: TLSSocket): string {
  let certificate: DetailedPeerCertificate = socket.getPeerCertificate(true)
  const seen = new Set<string>()
  while (certificate.issuerCertificate && !seen.has(certificate.fingerprint256)) {
    seen.add(certificate.fingerprint256)
    certificate = certificate.issuerCertificate
  }
  const { CN, O } = certificate.issuer ?? {}
  const name = [CN, O].flat().filter((part) => typeof part === 'string' && part !== '')
  return name.length === 0 ? 'issuer unnamed' : `issued by "${name.join(', ')}"`
}

/** The same for a URL whose certificate was refused: who has signed it, for the message. */
export async function explainUntrusted(url: string, settings: NetworkSettings, error: Error): Promise<Error> {
  try {
    await goTheWay(url, settings, () => undefined)
    return error
  } catch (found) {
    return found instanceof Error ? found : error
  }
}
