import { Agent, request } from 'node:https'
import type { Splunkd } from './splunkd.ts'

export interface ClientAnswer {
  readonly status: number
  readonly headers: NodeJS.Dict<string | string[]>
  readonly text: string
  /** The body as JSON; throws when it is not. */
  json(): unknown
}

export interface ClientOptions {
  /** Form fields, or anything else as a JSON body. */
  readonly form?: Readonly<Record<string, string>>
  readonly json?: unknown
  /** Unset: a fresh session key; `null`: no header at all. */
  readonly authorization?: string | null
}

const agent = new Agent({ rejectUnauthorized: false, keepAlive: false })

/** Asks a stand-in splunkd over REST, as curl would. Rejects when the connection is reset. */
export function call(
  splunkd: Splunkd,
  method: string,
  path: string,
  options: ClientOptions = {},
): Promise<ClientAnswer> {
  const authorization =
    options.authorization === undefined ? `Splunk ${splunkd.sessions.issue('admin')}` : options.authorization
  const body =
    options.json === undefined ? new URLSearchParams(options.form).toString() : JSON.stringify(options.json)
  const contentType = options.json === undefined ? 'application/x-www-form-urlencoded' : 'application/json'
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Type': contentType, ...(authorization === null ? {} : { authorization }) }
    const outgoing = request(splunkd.uri + path, { method, agent, headers }, async (response) => {
      const chunks: Buffer[] = []
      for await (const chunk of response) chunks.push(chunk)
      const text = Buffer.concat(chunks).toString('utf8')
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        text,
        json: (): unknown => JSON.parse(text),
      })
    })
    outgoing.on('error', reject)
    outgoing.end(method === 'GET' ? undefined : body)
  })
}
