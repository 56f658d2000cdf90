import type { ServerResponse } from 'node:http'
import type { Fault } from './faults.ts'
import type { Answer } from './request.ts'

/** How the connection of an answer can end before its time. */
export interface Connection {
  reset(): void
  close(): void
}

/** Where a body breaks, and how. */
interface Break {
  readonly at: number
  readonly how: 'reset' | 'close' | 'hang'
}

/**
 * Writes an answer as the fault spoils it. Resolves when there is nothing more to do, also when the client went
 * away in the meantime.
 */
export async function send(
  response: ServerResponse,
  answer: Answer,
  fault: Fault | undefined,
  connection: Connection,
): Promise<void> {
  const { body } = answer
  const whole = body === undefined || typeof body === 'string' || body instanceof Uint8Array
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  const length = whole ? (bytes instanceof Uint8Array ? bytes.length : 0) : answer.length
  const chunked = length === undefined || fault?.kind === 'cutChunked'

  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value)
  if (!chunked && answer.status !== 204) response.setHeader('Content-Length', length)
  response.writeHead(answer.status)

  const breaks = breakOf(fault, length)
  let sent = 0
  for await (const chunk of piecesOf(bytes, fault)) {
    const end = breaks === undefined ? chunk.length : Math.min(chunk.length, breaks.at - sent)
    if (!(await write(response, chunk.subarray(0, end)))) return
    sent += end
    if (breaks !== undefined && sent >= breaks.at) return breakOff(response, breaks, connection)
    if (fault?.kind === 'drip') await pause(fault.everyMilliseconds)
  }
  if (breaks !== undefined) return breakOff(response, breaks, connection)
  response.end()
}

function breakOf(fault: Fault | undefined, length: number | undefined): Break | undefined {
  if (fault === undefined || !('after' in fault)) return undefined
  const at = length === undefined || fault.after < length ? fault.after : length >> 1
  if (fault.kind === 'hangInside') return { at, how: 'hang' }
  return { at, how: fault.kind === 'resetInside' ? 'reset' : 'close' }
}

function breakOff(response: ServerResponse, { how }: Break, connection: Connection): void {
  response.flushHeaders()
  if (how === 'close') connection.close()
  // What was written must be on its way first: a reset discards what the kernel has not sent.
  if (how === 'reset') setTimeout(() => connection.reset(), 20)
}

async function* piecesOf(
  body: Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array> | undefined,
  fault: Fault | undefined,
): AsyncGenerator<Uint8Array> {
  if (body === undefined) return
  const chunks = body instanceof Uint8Array ? [body] : body
  if (fault?.kind !== 'drip') {
    yield* chunks
    return
  }
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += fault.bytes) yield chunk.subarray(at, at + fault.bytes)
  }
}

/** False when the client is gone. */
function write(response: ServerResponse, chunk: Uint8Array): Promise<boolean> | boolean {
  if (response.destroyed) return false
  if (chunk.length === 0 || response.write(chunk)) return true
  return new Promise((resolve) => {
    const settle = () => {
      response.off('drain', settle)
      response.off('close', settle)
      resolve(!response.destroyed)
    }
    response.on('drain', settle)
    response.on('close', settle)
  })
}

export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds)
  })
