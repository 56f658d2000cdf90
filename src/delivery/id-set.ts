import type { Identities } from '../records/identities.ts'

/** Numbers of 32 bits that are kept of an identity: 128 bits, so that two neither meet by chance nor can be made to. */
export const idWords = 4
const digitsOfWord = 8

const valueOfDigit = new Uint8Array(256)
for (const [value, digit] of [...'0123456789abcdef'].entries()) valueOfDigit[digit.charCodeAt(0)] = value

/** The beginnings of identities (lower-case hex, 32 digits at least) as numbers, {@link idWords} for each row. */
export function wordsOf({ bytes, width }: Identities, count: number): Int32Array {
  const words = new Int32Array(count * idWords)
  for (let row = 0; row < count; row++) {
    for (let word = 0; word < idWords; word++) {
      let value = 0
      for (let at = row * width + word * digitsOfWord, i = 0; i < digitsOfWord; i++)
        value = (value << 4) | valueOfDigit[bytes[at + i]!]!
      words[row * idWords + word] = value
    }
  }
  return words
}

/** Copies one identity. */
export function copyId(from: Int32Array, at: number, to: Int32Array, place: number): void {
  for (let i = 0; i < idWords; i++) to[place + i] = from[at + i]!
}

const leastSlots = 1024

/**
 * A set of identities: a table of numbers with open addressing, because a million strings would be garbage by the
 * next overlap. Identities are the beginnings of cryptographic hashes, and so their own hashes.
 */
export class IdSet {
  size = 0
  #words: Int32Array
  #used: Uint8Array

  /** @param expected so many find room without the table being made larger. */
  constructor(expected = 0) {
    let slots = leastSlots
    while (slots < 2 * expected) slots *= 2
    this.#words = new Int32Array(slots * idWords)
    this.#used = new Uint8Array(slots)
  }

  /** @param at where the identity begins in `words`. */
  has(words: Int32Array, at: number): boolean {
    return this.#used[this.#find(words, at)] === 1
  }

  /** False when it was there already. */
  add(words: Int32Array, at: number): boolean {
    if (this.size * 2 >= this.#used.length) this.#grow()
    const slot = this.#find(words, at)
    if (this.#used[slot] === 1) return false
    this.#put(slot, words, at)
    this.size++
    return true
  }

  clear(): void {
    this.size = 0
    this.#used.fill(0)
  }

  /** The slot that holds the identity, or the free one where it belongs. */
  #find(words: Int32Array, at: number): number {
    const mask = this.#used.length - 1
    let slot = words[at]! & mask
    while (this.#used[slot] === 1 && !this.#equals(slot * idWords, words, at)) slot = (slot + 1) & mask
    return slot
  }

  #put(slot: number, words: Int32Array, at: number): void {
    this.#used[slot] = 1
    copyId(words, at, this.#words, slot * idWords)
  }

  #equals(own: number, words: Int32Array, at: number): boolean {
    for (let i = 0; i < idWords; i++) if (this.#words[own + i] !== words[at + i]) return false
    return true
  }

  #grow(): void {
    const [words, used] = [this.#words, this.#used]
    this.#words = new Int32Array(words.length * 2)
    this.#used = new Uint8Array(used.length * 2)
    for (let slot = 0; slot < used.length; slot++) {
      const at = slot * idWords
      if (used[slot] === 1) this.#put(this.#find(words, at), words, at)
    }
  }
}
