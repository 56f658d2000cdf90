/** Identities by row, as ASCII text side by side: no string of them lives for longer than it is looked at. */
export class Identities {
  /** Each row's identity, filled up with zero bytes to {@link width}. */
  readonly bytes: Buffer
  readonly width: number

  /**
   * @param width the most characters of an identity.
   * @param memory where they are kept, of that size at least; memory of their own without.
   */
  constructor(count: number, width: number, memory: Buffer = Buffer.allocUnsafeSlow(count * width)) {
    this.width = width
    this.bytes = memory.subarray(0, count * width).fill(0)
  }

  static of(texts: readonly string[]): Identities {
    const width = texts.reduce((most, { length }) => Math.max(most, length), 0)
    const identities = new Identities(texts.length, width)
    for (const [row, text] of texts.entries()) identities.set(row, text)
    return identities
  }

  /** Sets a row, whose identity before, if it had one, was not longer; what is beyond the width is cut. */
  set(row: number, text: string): void {
    this.bytes.write(text, row * this.width, this.width, 'latin1')
  }

  /** Whether the row was set. */
  has(row: number): boolean {
    return this.bytes[row * this.width] !== 0
  }

  get(row: number): string {
    const start = row * this.width
    let end = start + this.width
    while (end > start && this.bytes[end - 1] === 0) end--
    return this.bytes.toString('latin1', start, end)
  }
}
