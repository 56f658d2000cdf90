import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { rootCertificates } from 'node:tls'
import type { Secret } from '../secret.ts'
import { goesDirect } from './no-proxy.ts'
import { readingIntoOneBuffer } from './reused-buffer.ts'
import { type TlsSettings, Tunnel } from './tunnel.ts'

export interface NetworkSettings {
  /** Without user name and password. */
  readonly proxyUrl?: string | undefined
  readonly proxyUsername?: string | undefined
  readonly proxyPassword?: Secret | undefined
  /** Hosts that are reached without the proxy, as `NO_PROXY` lists them. */
  readonly noProxy?: string | undefined
  /** PEM text of further trusted roots. */
  readonly extraRoots?: string | undefined
}

export interface Agents {
  /** The agent for connections to this URL. */
  for(url: string): HttpAgent
  /** Closes idle connections, so that the process can end. */
  close(): void
}

/** The proxy on the way to a URL; undefined where there is none. */
export const proxyFor = (url: string, settings: NetworkSettings): string | undefined =>
  settings.proxyUrl === undefined || goesDirect(url, settings.noProxy) ? undefined : settings.proxyUrl

/** TLS 1.2 at least; the roots of `ca_file` are trusted besides the usual ones. */
export const tlsSettings = (settings: NetworkSettings): TlsSettings => ({
  minVersion: 'TLSv1.2',
  ...(settings.extraRoots === undefined ? {} : { ca: [...rootCertificates, settings.extraRoots] }),
})

/**
 * Connections to a vendor: kept alive, TLS 1.2 at least, through the stanza's proxy or none. The environment's
 * proxies are never used.
 */
export function createAgents(settings: NetworkSettings): Agents {
  const tls = tlsSettings(settings)
  // The same minute that axios sets for each request: two values would be set by turns.
  const kept = { keepAlive: true, keepAliveMsecs: 60_000, maxSockets: 8 }
  const http = readingIntoOneBuffer(new HttpAgent(kept))
  const https = readingIntoOneBuffer(new HttpsAgent({ ...kept, ...tls }))
  const tunnel =
    settings.proxyUrl === undefined ? undefined : new Tunnel(settings, settings.proxyUrl, tls, kept)
  return {
    for(url) {
      if (tunnel !== undefined && proxyFor(url, settings) !== undefined) return tunnel
      return url.startsWith('https:') ? https : http
    },
    close() {
      for (const agent of [http, https, tunnel]) agent?.destroy()
    },
  }
}
