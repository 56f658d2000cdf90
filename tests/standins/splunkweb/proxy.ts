import type { IncomingMessage } from 'node:http'
import { Agent, request as ask } from 'node:https'
import type { Splunkd } from '../splunkd/index.ts'
import type { Answer } from './answer.ts'
import { answerSearch } from './log-search.ts'
import type { PassedRequest } from './splunk-web.ts'

export interface ProxyOptions {
  readonly splunkd: Splunkd
  /** The session of a browser that is signed in. */
  readonly session: string | undefined
  readonly prefix: string
  readonly formKey: string
  readonly passed: (request: PassedRequest) => void
}

const agent = new Agent({ rejectUnauthorized: false })

/** Passes a request on to splunkd, if Splunk Web would. */
export async function passOn(request: IncomingMessage, options: ProxyOptions): Promise<Answer> {
  const { method = 'GET', url = '/' } = request
  const target = url.slice(options.prefix.length)
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  const answer =
    refusalOf(request, target, options) ??
    answerSearch(method, target, body.toString('utf8'), options.splunkd) ??
    (await forward(request, target, body, options).catch(() => unreachable))
  options.passed({ method, target, body: body.toString('utf8'), status: answer.status })
  return answer
}

const refusal = (status: number, text: string): Answer => ({
  status,
  type: 'application/json',
  body: JSON.stringify({ messages: [{ type: 'ERROR', text }] }),
})

const unreachable: Answer = {
  status: 503,
  type: 'text/html',
  body: 'The splunkd daemon cannot be reached by splunkweb.',
}

function refusalOf(request: IncomingMessage, target: string, options: ProxyOptions): Answer | undefined {
  if (options.session === undefined) return refusal(401, 'call not properly authenticated')
  if (!/^\/services(?:NS)?\//.test(target)) return refusal(404, 'Not Found')
  if (request.method === 'GET') return undefined
  const { 'x-splunk-form-key': formKey, 'x-requested-with': requestedWith } = request.headers
  if (formKey !== options.formKey || requestedWith !== 'XMLHttpRequest')
    return refusal(403, 'CSRF validation failed')
  return undefined
}

function forward(
  request: IncomingMessage,
  target: string,
  body: Buffer,
  { splunkd, session }: ProxyOptions,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = ask(
      splunkd.uri + target,
      {
        method: request.method,
        agent,
        headers: {
          Authorization: `Splunk ${session}`,
          'Content-Type': request.headers['content-type'] ?? 'application/x-www-form-urlencoded',
          'Content-Length': String(body.length),
        },
      },
      async (response) => {
        const chunks: Buffer[] = []
        for await (const chunk of response) chunks.push(chunk)
        resolve({
          status: response.statusCode ?? 502,
          type: response.headers['content-type'] ?? 'text/plain',
          body: Buffer.concat(chunks),
        })
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}
