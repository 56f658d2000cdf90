import type { IncomingMessage } from 'node:http'
import type { ByteSource } from './byte-source.ts'
import { divert } from './reused-buffer.ts'

/** From this many bytes on a body is worth a connection of its own, which no other request uses afterwards. */
const large = 8 << 20

/** What becomes of a wait for bytes. */
type Waiting = PromiseWithResolvers<number>

/**
 * The body of an answer. While nobody reads, it is left to the operating system, whose back-pressure the sender feels;
 * what arrives during one turn of the event loop is read at once.
 */
export class IncomingBody implements ByteSource {
  readonly #incoming: IncomingMessage
  /** Longest silence while somebody waits, milliseconds. */
  readonly #idleTimeout: number
  readonly #onBytes: (count: number) => void
  #into: Uint8Array = new Uint8Array(0)
  #at = 0
  /** What arrived beyond what was asked for. */
  #rest: Buffer = Buffer.alloc(0)
  #waiting: Waiting | undefined
  #isDue = false
  /** What can be told to wait: the answer, or the connection of a large one. */
  #flow: { pause(): unknown; resume(): unknown }
  #ended = false
  #failure: Error | undefined

  constructor(incoming: IncomingMessage, idleTimeout: number, onBytes: (count: number) => void) {
    this.#incoming = incoming
    this.#idleTimeout = idleTimeout
    this.#onBytes = onBytes
    this.#flow = incoming
    incoming.pause()
    if (!this.#readsPastParser()) {
      incoming.on('data', (chunk: Buffer) => this.#take(chunk))
      incoming.on('end', () => {
        if (incoming.complete) this.#end()
        else this.#cutOff()
      })
    }
    incoming.on('error', (error) => this.#fail(error))
    incoming.on('close', () => this.#cutOff())
  }

  /** Of a large body that is sent as it is, what has not come yet is taken from its connection. */
  #readsPastParser(): boolean {
    const incoming = this.#incoming
    const { socket, headers, complete } = incoming
    let left = headers['transfer-encoding'] === undefined ? Number(headers['content-length']) : 0
    const take = (bytes: Buffer): void => {
      const body = bytes.subarray(0, left)
      left -= body.length
      this.#take(body)
      if (left === 0) {
        this.#end()
        incoming.destroy()
      }
    }
    if (!(left >= large) || complete || !divert(socket, take)) return false
    for (let chunk = incoming.read(); chunk !== null; chunk = incoming.read()) take(chunk)
    this.#flow = socket
    socket.pause()
    return true
  }

  /** @throws what went wrong on the way; the body is whole only if it ends as its length or its chunking promised. */
  read(into: Uint8Array): Promise<number> {
    if (this.#rest.length > 0) {
      const length = this.#rest.copy(into)
      this.#rest = this.#rest.subarray(length)
      return Promise.resolve(length)
    }
    if (this.#failure) return Promise.reject(this.#failure)
    if (this.#ended) return Promise.resolve(0)
    this.#into = into
    this.#at = 0
    const waiting = Promise.withResolvers<number>()
    this.#waiting = waiting
    this.#flow.resume()
    const timer = setTimeout(() => this.#incoming.destroy(silent(this.#idleTimeout)), this.#idleTimeout)
    return waiting.promise.finally(() => clearTimeout(timer))
  }

  close(): void {
    this.#incoming.destroy()
  }

  #take(chunk: Buffer): void {
    this.#onBytes(chunk.length)
    const length = chunk.copy(this.#into, this.#at)
    this.#at += length
    if (length < chunk.length || this.#at === this.#into.length) {
      this.#rest = Buffer.concat([this.#rest, chunk.subarray(length)])
      this.#give()
    } else if (!this.#isDue) {
      this.#isDue = true
      setImmediate(() => {
        this.#isDue = false
        if (this.#at > 0) this.#give()
      })
    }
  }

  #end(): void {
    this.#ended = true
    this.#give()
  }

  #cutOff(): void {
    if (!this.#ended) this.#fail(new Error('the connection was cut off before the end'))
  }

  #fail(error: Error): void {
    if (this.#ended) return
    this.#failure ??= error
    this.#give()
  }

  #give(): void {
    const waiting = this.#waiting
    if (waiting === undefined) return
    this.#waiting = undefined
    this.#flow.pause()
    const length = this.#at
    this.#into = new Uint8Array(0)
    this.#at = 0
    if (length > 0 || this.#failure === undefined) waiting.resolve(length)
    else waiting.reject(this.#failure)
  }
}

const silent = (milliseconds: number): Error => new Error(`no data for ${milliseconds / 1000} s`)
