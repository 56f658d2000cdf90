import { blake3 } from '@noble/hashes/blake3.js'

/** Hexadecimal digits of an identity: 160 bits. */
export const idLength = 40

/**
 * What a text is known by: the first {@link idLength} hexadecimal digits of its BLAKE3, a hash that nobody can find two
 * texts of, and whose pieces of 1024 bytes can be hashed side by side. The plain twin of `contentDigitsSimd`.
 */
export function contentDigits(text: Uint8Array): string {
  return Buffer.from(blake3(text, { dkLen: idLength / 2 })).toString('hex')
}
