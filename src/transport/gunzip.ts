import { setImmediate as turn } from 'node:timers/promises'
import { constants, createGunzip, type Gunzip } from 'node:zlib'
import { TryLater } from '../errors.ts'
import type { ByteSource } from './byte-source.ts'
import { SpareMemory } from './spare-memory.ts'

/** What Node.js's streams and its `gunzipSync` drive the native zlib by. It is not documented. */
interface NativeZlib {
  writeSync(
    flush: number,
    input: Uint8Array,
    inputAt: number,
    inputLength: number,
    output: Uint8Array,
    outputAt: number,
    outputLength: number,
  ): void
}

interface Drivable extends Gunzip {
  readonly _handle: NativeZlib
  /** After a write: what is left of the output's room, and of the input. */
  readonly _writeState: Uint32Array
}

const isDrivable = (unzip: Gunzip): unzip is Drivable =>
  '_handle' in unzip &&
  typeof unzip._handle === 'object' &&
  unzip._handle !== null &&
  'writeSync' in unzip._handle &&
  '_writeState' in unzip &&
  unzip._writeState instanceof Uint32Array

const inputs = new SpareMemory(1 << 17)
/** After so many bytes timers, signals and connections have their turn, however few bytes of an archive become how many. */
const bytesInOneTurn = 1 << 24

/**
 * Inflates into the reader's own memory, in its own thread. The stream of `createGunzip` hands each piece to another
 * thread and gives each back in new memory, which takes three times as long; it is what remains where a Node.js of the
 * host does not let itself be driven so: then this is undefined.
 */
export function gunzipInPlace(
  body: ByteSource,
  unzip: Gunzip = createGunzip({ chunkSize: constants.Z_MIN_CHUNK }),
): ByteSource | undefined {
  return isDrivable(unzip) ? new InPlace(body, unzip) : undefined
}

class InPlace implements ByteSource {
  readonly #body: ByteSource
  readonly #unzip: Drivable
  readonly #input = inputs.take()
  #at = 0
  #end = 0
  #isLast = false
  #isPadding = false
  #sinceTurn = 0
  #isClosed = false

  constructor(body: ByteSource, unzip: Drivable) {
    this.#body = body
    this.#unzip = unzip
    // What goes wrong is found right after each write.
    unzip.on('error', () => undefined)
  }

  async read(into: Uint8Array): Promise<number> {
    while (!this.#isPadding) {
      if (this.#at === this.#end && !this.#isLast) {
        this.#at = 0
        this.#end = await this.#body.read(this.#input)
        this.#isLast = this.#end === 0
      }
      if (this.#sinceTurn >= bytesInOneTurn) {
        this.#sinceTurn = 0
        await turn()
      }
      const length = this.#inflate(into)
      this.#sinceTurn += length
      if (length > 0 || this.#isLast) return length
    }
    return 0
  }

  #inflate(into: Uint8Array): number {
    const { _handle: native, _writeState: state } = this.#unzip
    // With the end of the input comes the question whether that is the end of the archive.
    const flush = this.#isLast ? constants.Z_FINISH : constants.Z_NO_FLUSH
    native.writeSync(flush, this.#input, this.#at, this.#end - this.#at, into, 0, into.length)
    const { errored } = this.#unzip
    if (errored) throw new TryLater('The gzip body is cut off or damaged.', { cause: errored })
    const [roomLeft = 0, inputLeft = 0] = state
    this.#at = this.#end - inputLeft
    // Zlib takes no more although there is room: the archive has ended, and zero bytes come after it.
    this.#isPadding = inputLeft > 0 && roomLeft > 0
    return into.length - roomLeft
  }

  /** Not while somebody waits for bytes: the memory that they come into is the next body's. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    inputs.giveBack(this.#input)
    this.#unzip.destroy()
    this.#body.close()
  }
}
