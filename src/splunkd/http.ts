import type { IncomingMessage } from 'node:http'
import { Agent, request as httpsRequest } from 'node:https'
import { TryLater } from '../errors.ts'
import sdk, { type HttpMessage, type HttpResponse } from './splunk-sdk.cjs'

/** How splunkd's certificate is checked: against Splunk's own roots where they are known, else only on loopback not at all. */
export interface SplunkdTrust {
  readonly roots?: string | undefined
  readonly acceptUnverified: boolean
}

/** Longest wait for an answer of splunkd, milliseconds: well under the lease's time, so that no late write is possible. */
const answerTimeout = 15_000

/**
 * A transport for splunk-sdk: keeps connections, checks the certificate as told, never uses a proxy, and writes
 * nothing to the console (the SDK's own switches certificate checks off and prints every refusal).
 */
export function createSplunkdHttp(trust: SplunkdTrust): { http: object; close(): void } {
  const agent = new Agent({
    keepAlive: true,
    maxSockets: 4,
    rejectUnauthorized: !trust.acceptUnverified,
    // Splunk's default certificate names "SplunkServerDefaultCert", never the host.
    ...(trust.roots === undefined
      ? {}
      : { ca: trust.roots, rejectUnauthorized: true, checkServerIdentity: () => undefined }),
  })
  const SplunkdHttp = sdk.Http.extend({
    makeRequest: (url: string, message: HttpMessage) => exchange(agent, url, message),
  })
  return { http: new SplunkdHttp(), close: () => agent.destroy() }
}

function exchange(agent: Agent, url: string, message: HttpMessage): Promise<HttpResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<HttpResponse>()
  const body = message.method === 'GET' || message.method === 'DELETE' ? '' : message.body
  const request = httpsRequest(url, {
    agent,
    method: message.method,
    headers: { ...message.headers, 'Content-Length': Buffer.byteLength(body) },
    timeout: answerTimeout,
  })
  request.on('timeout', () => request.destroy(new Error(`no answer within ${answerTimeout / 1000} s`)))
  request.on('error', (error) => {
    const text = error.message || ('code' in error ? String(error.code) : 'no connection')
    reject(new TryLater(`splunkd does not answer at ${new URL(url).host}: ${text}.`, { cause: error }))
  })
  request.on('response', (incoming) => read(incoming).then(resolve, reject))
  request.end(body)
  return promise
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
