/** Memory that one user has after the other, as the collector comes by late: it is outside of V8's heap. */
export class SpareMemory {
  readonly #size: number
  readonly #spare: Buffer[] = []

  /** @param size of each piece, bytes. */
  constructor(size: number) {
    this.#size = size
  }

  take(): Buffer {
    return this.#spare.pop() ?? Buffer.allocUnsafeSlow(this.#size)
  }

  /** Nothing may use the memory any more: the next one who takes some has it. */
  giveBack(memory: Buffer): void {
    this.#spare.push(memory)
  }
}
