import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'

/** A request to a vendor, whole. */
export interface VendorRequest {
  readonly method: string
  /** Path and query as sent. */
  readonly url: string
  /** Path as sent, still encoded. */
  readonly path: string
  /** Query as sent, without the question mark. */
  readonly query: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** What it asks for, in the stand-in's own words: `token`, `links`, `object`, `page`. */
  readonly operation: string
  /** When it arrived, by the vendor's clock. */
  readonly at: number
}

/** A request with what became of it. */
export interface LoggedRequest extends VendorRequest {
  /** Status sent; 0 when none was. */
  readonly status: number
  readonly fault: string | undefined
}

/** An answer that is not on the wire yet, so that a fault can still spoil it. */
export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>
  /** Bytes of a streamed body; sent chunked when left out. */
  readonly length?: number
}

/** A JSON answer. */
export const jsonAnswer = (status: number, value: unknown, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { 'Content-Type': 'application/json', ...headers },
  body: JSON.stringify(value),
})

const longestBody = 4 * 1024 * 1024

/** The body of a request. @throws Error when it is longer than any client of a vendor sends */
export async function bodyOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of message) {
    chunks.push(chunk)
    length += chunk.length
    if (length > longestBody) throw new Error('request body too long')
  }
  return Buffer.concat(chunks).toString('utf8')
}

/**
 * The user name and password of HTTP Basic authentication (RFC 7617), or undefined where the header is not of
 * that form.
 */
export function basicCredentials(header: string | undefined): { user: string; password: string } | undefined {
  const encoded = /^Basic ([A-Za-z0-9+/]+=*)$/i.exec(header ?? '')?.[1]
  if (encoded === undefined) return undefined
  const decoded = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = decoded.indexOf(':')
  return colon < 0 ? undefined : { user: decoded.slice(0, colon), password: decoded.slice(colon + 1) }
}

/** Everything that was asked of a stand-in, in order. */
export class RequestLog {
  readonly #entries: LoggedRequest[] = []

  get entries(): readonly LoggedRequest[] {
    return this.#entries
  }

  add(entry: LoggedRequest): void {
    this.#entries.push(entry)
  }

  clear(): void {
    this.#entries.length = 0
  }

  /** How many requests asked for this, with this status where one is given. */
  count(operation: string, status?: number): number {
    return this.#entries.filter(
      (entry) => entry.operation === operation && (status === undefined || entry.status === status),
    ).length
  }
}
