import type { RecordBlock } from '../../../records/block.ts'
import { slots } from '../api.ts'
import { type OrdinaryRecord, readIndex, sha256 } from '../integrity/index.ts'

/**
 * What is to be checked of the records of a page, by row, where that can be told from the page's columns: of unsigned
 * records that claim the hash that their envelope has. In all of such a record no name is unusual, and none comes twice.
 */
export function ordinaryRecords(records: RecordBlock): readonly (OrdinaryRecord | undefined)[] {
  const isUsual = new Uint8Array(records.count)
  records.canonical(undefined, (row) => {
    isUsual[row] = 1
  })
  const columns = new Columns(records)
  const found: (OrdinaryRecord | undefined)[] = Array(records.count).fill(undefined)
  records.canonical(slots.envelope, (row, envelope) => {
    if (isUsual[row] === 1) found[row] = columns.ordinary(row, sha256(envelope))
  })
  return found
}

/** The values of a page's rows as text. */
class Columns {
  readonly #records: RecordBlock
  readonly #bytes: Buffer

  constructor(records: RecordBlock) {
    const { buffer, byteOffset, length } = records.bytes
    this.#records = records
    this.#bytes = Buffer.from(buffer, byteOffset, length)
  }

  ordinary(row: number, envelopeHash: string): OrdinaryRecord | undefined {
    if (this.#text(row, slots.signature) !== undefined || this.#text(row, slots.publicKey) !== undefined)
      return undefined
    if (this.#text(row, slots.hash) !== `"${envelopeHash}"`) return undefined
    const proof = this.#text(row, slots.membershipProof)
    if (proof !== undefined && (!proof.startsWith('"') || proof.includes('\\'))) return undefined
    const index = this.#text(row, slots.leafIndex)
    return {
      envelopeHash,
      published: this.#text(row, slots.published) === 'true',
      leafIndex: index === undefined ? undefined : readIndex(index),
      membershipProof: proof?.slice(1, -1),
    }
  }

  /** A value as it was sent; undefined for none, or null. */
  #text(row: number, slot: number): string | undefined {
    const start = this.#records.memberStart(row, slot)
    if (start < 0) return undefined
    const text = this.#bytes.toString('latin1', start, this.#records.memberEnd(row, slot))
    return text === 'null' ? undefined : text
  }
}
