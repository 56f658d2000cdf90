import type { IncomingMessage } from 'node:http'
import { Agent, request as httpsRequest } from 'node:https'
import { TryLater } from '../errors.ts'
import { isUntrusted } from '../transport/network-error.ts'
import sdk, { type HttpMessage, type HttpResponse } from './splunk-sdk.cjs'
import type { SplunkdTrust } from './trust.ts'

/**
 * Longest wait for the answer to an edit of an input, milliseconds: splunkd first has the new settings checked, which
 * it breaks off after 30 s.
 */
const editTimeout = 40_000

/** Longest wait for an answer of splunkd, milliseconds: well under the lease's time, so that no late write is possible. */
const answerTimeout = 15_000

/**
 * A transport for splunk-sdk: keeps connections, checks the certificate as told, never uses a proxy, and writes
 * nothing to the console (the SDK's own switches certificate checks off and prints every refusal).
 */
export function createSplunkdHttp(trust: SplunkdTrust): { http: object; close(): void } {
  const kept = { keepAlive: true, maxSockets: 4 }
  const unverified = new Agent({ ...kept, rejectUnauthorized: false })
  const verified = new Agent({
    ...kept,
    ...(trust.roots.length === 0 ? {} : { ca: [...trust.roots] }),
    // server.conf may name splunkd's own certificate without its root: that very certificate is trusted, too.
    allowPartialTrustChain: true,
    // Splunk's default certificate names "SplunkServerDefaultCert", never the host.
    ...(trust.roots.length === 0 ? {} : { checkServerIdentity: () => undefined }),
  })
  let agent = trust.roots.length === 0 && trust.acceptUnverified ? unverified : verified
  const makeRequest = async (url: string, message: HttpMessage): Promise<HttpResponse> => {
    try {
      return await exchange(agent, url, message)
    } catch (error) {
      // splunkd goes on with a certificate that has expired, as Splunk's own do after three years; nothing was sent yet.
      const expired = error instanceof Error && codeOf(error.cause) === 'CERT_HAS_EXPIRED'
      if (!expired || !trust.acceptUnverified || agent === unverified) throw error
      agent = unverified
      return exchange(agent, url, message)
    }
  }
  return {
    http: new (sdk.Http.extend({ makeRequest }))(),
    close() {
      verified.destroy()
      unverified.destroy()
    },
  }
}

function exchange(agent: Agent, url: string, message: HttpMessage): Promise<HttpResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<HttpResponse>()
  const body = message.method === 'GET' || message.method === 'DELETE' ? '' : message.body
  const timeout = message.method === 'POST' && /\/data\/inputs\//.test(url) ? editTimeout : answerTimeout
  const request = httpsRequest(url, {
    agent,
    method: message.method,
    headers: { ...message.headers, 'Content-Length': Buffer.byteLength(body) },
    timeout,
  })
  request.on('timeout', () => request.destroy(new Error(`no answer within ${timeout / 1000} s`)))
  request.on('error', (error) => reject(unreachable(error, new URL(url).host)))
  request.on('response', (incoming) => read(incoming).then(resolve, reject))
  request.end(body)
  return promise
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : ''

function unreachable(error: Error, host: string): TryLater {
  const reason = isUntrusted(error)
    ? "its certificate is not signed by Splunk's own roots ($SPLUNK_HOME/etc/auth/cacert.pem and what server.conf names in " +
      'sslRootCAPath and serverCert). Name its root there, in a file that the user that runs Splunk may read'
    : error.message || codeOf(error) || 'no connection'
  return new TryLater(`splunkd does not answer at ${host}: ${reason}.`, {
    cause: error,
    category: 'Connection Error',
  })
}

async function read(incoming: IncomingMessage): Promise<HttpResponse> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of incoming) if (Buffer.isBuffer(chunk)) chunks.push(chunk)
  } catch (error) {
    throw new TryLater('splunkd cut its answer off.', { cause: error })
  }
  return {
    response: { headers: incoming.headers, statusCode: incoming.statusCode ?? 0 },
    status: incoming.statusCode ?? 0,
    data: Buffer.concat(chunks).toString('utf8'),
    error: null,
  }
}
