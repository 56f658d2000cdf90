import type { RecordBlock } from '../../../records/block.ts'
import { slots } from '../api.ts'
import { decodeString, type OrdinaryRecord, readIndex, type SignedEvent, sha256 } from '../integrity/index.ts'

/**
 * What is to be checked of the records of a page, by row, where that can be told from the page's columns: of records that
 * claim the hash that their envelope has. In all of such a record no name is unusual, and none comes twice.
 */
export function ordinaryRecords(records: RecordBlock): readonly (OrdinaryRecord | undefined)[] {
  const isUsual = new Uint8Array(records.count)
  records.canonical(undefined, (row) => {
    isUsual[row] = 1
  })
  const columns = new Columns(records)
  const events: (Uint8Array | undefined)[] = []
  records.canonical(slots.event, (row, event) => {
    if (columns.has(row, slots.signature)) events[row] = event.slice()
  })
  const found: (OrdinaryRecord | undefined)[] = Array(records.count).fill(undefined)
  records.canonical(slots.envelope, (row, envelope) => {
    if (isUsual[row] === 1) found[row] = columns.ordinary(row, sha256(envelope), events[row])
  })
  return found
}

/** The values of a page's rows. */
class Columns {
  readonly #records: RecordBlock
  readonly #bytes: Buffer

  constructor(records: RecordBlock) {
    const { buffer, byteOffset, length } = records.bytes
    this.#records = records
    this.#bytes = Buffer.from(buffer, byteOffset, length)
  }

  /** Whether there is a value other than null. */
  has(row: number, slot: number): boolean {
    const start = this.#records.memberStart(row, slot)
    return start >= 0 && this.#bytes[start] !== 0x6e
  }

  ordinary(row: number, envelopeHash: string, event: Uint8Array | undefined): OrdinaryRecord | undefined {
    if (this.#text(row, slots.hash) !== `"${envelopeHash}"`) return undefined
    const isSigned = this.has(row, slots.signature) || this.has(row, slots.publicKey)
    const signed = isSigned ? this.#signed(row, event) : undefined
    if (isSigned && signed === undefined) return undefined
    const proof = this.#text(row, slots.membershipProof)
    if (proof !== undefined && (!proof.startsWith('"') || proof.includes('\\'))) return undefined
    const index = this.#text(row, slots.leafIndex)
    return {
      envelopeHash,
      published: this.#text(row, slots.published) === 'true',
      leafIndex: index === undefined ? undefined : readIndex(index),
      membershipProof: proof?.slice(1, -1),
      signed,
    }
  }

  #signed(row: number, event: Uint8Array | undefined): SignedEvent | undefined {
    const [signature, publicKey] = [this.#string(row, slots.signature), this.#string(row, slots.publicKey)]
    if (event === undefined || signature === undefined || publicKey === undefined) return undefined
    return { event, signature, publicKey }
  }

  #string(row: number, slot: number): string | undefined {
    const start = this.#records.memberStart(row, slot)
    if (start < 0 || this.#bytes[start] !== 0x22) return undefined
    return decodeString(this.#bytes, start, this.#records.memberEnd(row, slot))
  }

  /** A value as it was sent; undefined for none, or null. */
  #text(row: number, slot: number): string | undefined {
    if (!this.has(row, slot)) return undefined
    const start = this.#records.memberStart(row, slot)
    return this.#bytes.toString('latin1', start, this.#records.memberEnd(row, slot))
  }
}
