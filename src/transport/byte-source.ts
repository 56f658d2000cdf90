/**
 * Bytes that are pulled into the caller's own memory, so that a body of a gigabyte does not fill the heap with chunks
 * on its way.
 */
export interface ByteSource {
  /**
   * Waits for bytes and puts as many into `into` as are there.
   * @returns how many, at least one; 0 when all have been read.
   */
  read(into: Uint8Array): Promise<number>
  /** Lets go of what the bytes come from, whether or not all were read. */
  close(): void
}

/** The rest of a source, in chunks of memory of their own. */
export async function* chunksOf(source: ByteSource, size: number): AsyncGenerator<Buffer, void, void> {
  for (;;) {
    const chunk = Buffer.allocUnsafeSlow(size)
    const length = await source.read(chunk)
    if (length === 0) return
    yield chunk.subarray(0, length)
  }
}

/** Chunks as a source. */
export class ChunkSource implements ByteSource {
  readonly #chunks: AsyncIterator<Buffer>
  readonly #onClose: () => void
  #rest: Buffer = Buffer.alloc(0)

  constructor(chunks: AsyncIterable<Buffer>, onClose: () => void) {
    this.#chunks = chunks[Symbol.asyncIterator]()
    this.#onClose = onClose
  }

  async read(into: Uint8Array): Promise<number> {
    while (this.#rest.length === 0) {
      const next = await this.#chunks.next()
      if (next.done) return 0
      this.#rest = next.value
    }
    const length = this.#rest.copy(into)
    this.#rest = this.#rest.subarray(length)
    return length
  }

  close(): void {
    this.#onClose()
  }
}
