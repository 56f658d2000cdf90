import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { rootCertificates } from 'node:tls'
import { HttpsProxyAgent } from 'https-proxy-agent'
import type { Secret } from '../secret.ts'

export interface NetworkSettings {
  /** Without user name and password. */
  readonly proxyUrl?: string | undefined
  readonly proxyUsername?: string | undefined
  readonly proxyPassword?: Secret | undefined
  /** PEM text of further trusted roots. */
  readonly extraRoots?: string | undefined
}

export interface Agents {
  readonly http: HttpAgent
  readonly https: HttpAgent
  /** Closes idle connections, so that the process can end. */
  close(): void
}

/**
 * Connections to a vendor: kept alive, TLS 1.2 at least, through the stanza's proxy or none. The environment's
 * proxies are never used.
 */
export function createAgents(settings: NetworkSettings): Agents {
  const tls = {
    minVersion: 'TLSv1.2' as const,
    ...(settings.extraRoots === undefined ? {} : { ca: [...rootCertificates, settings.extraRoots] }),
  }
  const kept = { keepAlive: true, keepAliveMsecs: 30_000, maxSockets: 8 }
  if (settings.proxyUrl === undefined) {
    const http = new HttpAgent(kept)
    const https = new HttpsAgent({ ...kept, ...tls })
    return {
      http,
      https,
      close() {
        http.destroy()
        https.destroy()
      },
    }
  }
  const proxy = new URL(settings.proxyUrl)
  const headers: Record<string, string> = {}
  if (settings.proxyUsername !== undefined) {
    const credentials = `${settings.proxyUsername}:${settings.proxyPassword?.reveal() ?? ''}`
    headers['Proxy-Authorization'] = `Basic ${Buffer.from(credentials, 'utf8').toString('base64')}`
  }
  const tunnel = new HttpsProxyAgent(proxy, { ...kept, ...tls, headers })
  return { http: tunnel, https: tunnel, close: () => tunnel.destroy() }
}
