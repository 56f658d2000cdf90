import { gunzipSync } from 'node:zlib'
import { TryLater } from '../errors.ts'
import type { ByteSource } from './byte-source.ts'

/**
 * Reads bodies as a whole, each into the memory of the one before: pages of a megabyte a hundred times over would
 * otherwise fill the heap faster than it is cleared.
 */
export class WholeBody {
  #bytes: Buffer = Buffer.alloc(0)

  /**
   * A body, inflated where it is gzip although that was not asked for; valid until the next read.
   * @param largest bytes, before and after inflating.
   * @throws what `tooLarge` gives, or {TryLater} for damaged gzip.
   */
  async read(body: ByteSource, largest: number, tooLarge: () => Error): Promise<Buffer> {
    let length = 0
    try {
      for (let read = -1; read !== 0; length += read) {
        if (length === this.#bytes.length) this.#grow(length)
        read = await body.read(this.#bytes.subarray(length))
        if (length + read > largest) throw tooLarge()
      }
    } finally {
      body.close()
    }
    const whole = this.#bytes.subarray(0, length)
    return whole[0] === 0x1f && whole[1] === 0x8b ? inflate(whole, largest, tooLarge) : whole
  }

  #grow(used: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(2 * used, 1 << 16))
    this.#bytes.copy(larger, 0, 0, used)
    this.#bytes = larger
  }
}

function inflate(bytes: Buffer, largest: number, tooLarge: () => Error): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: largest })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge()
    throw new TryLater('The gzip body of an answer is cut off or damaged.', { cause: error })
  }
}
