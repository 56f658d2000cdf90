/** Numbers 128-bit hashes in the order in which they are first seen: 0, 1, 2, …; some 28 bytes each. */
export class HashIndex {
  #words = new Int32Array(4 * 1024)
  #slots = new Int32Array(2048).fill(-1)
  #count = 0

  get count(): number {
    return this.#count
  }

  /** The number of the hash, or -1. */
  find(hash: Buffer): number {
    const mask = this.#slots.length - 1
    const first = hash.readInt32LE(0)
    for (let slot = first & mask; ; slot = (slot + 1) & mask) {
      const number = this.#slots[slot]!
      if (number < 0 || this.#equals(number, hash, first)) return number
    }
  }

  /** The number of the hash, which is new when it equals the count before the call. */
  insert(hash: Buffer): number {
    const known = this.find(hash)
    if (known >= 0) return known
    const number = this.#count++
    if (this.#count * 4 > this.#words.length) {
      const words = new Int32Array(this.#words.length * 2)
      words.set(this.#words)
      this.#words = words
    }
    for (let word = 0; word < 4; word++) this.#words[number * 4 + word] = hash.readInt32LE(word * 4)
    if (this.#count * 2 > this.#slots.length) this.#grow()
    else this.#place(number)
    return number
  }

  #equals(number: number, hash: Buffer, first: number): boolean {
    const words = this.#words
    return (
      words[number * 4] === first &&
      words[number * 4 + 1] === hash.readInt32LE(4) &&
      words[number * 4 + 2] === hash.readInt32LE(8) &&
      words[number * 4 + 3] === hash.readInt32LE(12)
    )
  }

  #grow(): void {
    this.#slots = new Int32Array(this.#slots.length * 2).fill(-1)
    for (let number = 0; number < this.#count; number++) this.#place(number)
  }

  #place(number: number): void {
    const mask = this.#slots.length - 1
    let slot = this.#words[number * 4]! & mask
    while (this.#slots[slot]! >= 0) slot = (slot + 1) & mask
    this.#slots[slot] = number
  }
}
