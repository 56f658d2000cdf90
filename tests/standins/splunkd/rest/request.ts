import type { IncomingMessage } from 'node:http'
import { Refusal } from './reply.ts'
import type { Session } from './sessions.ts'

/** A request as the endpoints see it. */
export interface RestRequest {
  readonly method: string
  /** The path as sent, still percent-encoded, without the query. */
  readonly path: string
  /** The decoded segments after `/services/` or `/servicesNS/<owner>/<app>/`. */
  readonly segments: readonly string[]
  /** The namespace; `-` is the wildcard, `undefined` with `/services/`. */
  readonly owner: string | undefined
  readonly app: string | undefined
  readonly query: URLSearchParams
  /** The form of a POST; empty when the body is something else. */
  readonly form: URLSearchParams
  readonly body: string
  readonly contentType: string
  readonly wantsJson: boolean
  readonly authorization: string | undefined
  /** Who asks; set once the key was recognised. */
  session: Session | undefined
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw new Refusal(400, `Bad Request: ${segment} is not percent-encoded UTF-8.`)
  }
}

/** Reads the whole body and takes the request apart. Throws a `Refusal` for what cannot be a request. */
export async function readRequest(message: IncomingMessage): Promise<RestRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk)
  const body = Buffer.concat(chunks).toString('utf8')
  const [path = '/', search = ''] = (message.url ?? '/').split('?', 2)
  const query = new URLSearchParams(search)
  const contentType = (message.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
  const form = new URLSearchParams(contentType === 'application/json' ? '' : body)
  const parts = path
    .split('/')
    .filter((part) => part !== '')
    .map(decoded)
  const namespaced = parts[0] === 'servicesNS'
  return {
    method: message.method ?? 'GET',
    path,
    segments: namespaced ? parts.slice(3) : parts[0] === 'services' ? parts.slice(1) : [],
    owner: namespaced ? parts[1] : undefined,
    app: namespaced ? parts[2] : undefined,
    query,
    form,
    body,
    contentType,
    wantsJson: (query.get('output_mode') ?? form.get('output_mode')) === 'json',
    authorization: message.headers.authorization,
    session: undefined,
  }
}
