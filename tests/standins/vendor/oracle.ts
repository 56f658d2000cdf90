import { hash } from 'node:crypto'
import { HashIndex } from './hash-index.ts'
import type { VendorRecord } from './record.ts'

/** Records that share where they come from and how they must arrive. */
export interface Expectation {
  readonly stream: string
  readonly sourcetype: string
  /** The expected `source`; a pattern where the collector chooses the unit. */
  readonly source: string | RegExp
  /**
   * `line`: each line of this source is a record of its own, equal ones too. `content`: equal texts are one
   * record, wherever and however often they were served.
   */
  readonly identity: 'line' | 'content'
  /** True where the vendor keeps the records out of reach: they may arrive, and are not lost if they do not. */
  readonly optional?: boolean
  /** May be called several times; must give the same records each time. */
  records(): Iterable<VendorRecord>
}

/** A record as it came out of the collector; `readEvent` makes it from the text of `<data>`. */
export interface Received {
  /** The record's text without the `mailtrail` member. */
  readonly text: string
  /** Epoch milliseconds, or undefined where the event had no time. */
  readonly time?: number | undefined
  readonly source?: string | undefined
  readonly sourcetype?: string | undefined
  readonly stream?: string | undefined
  /** `mailtrail.id`. */
  readonly id?: string | undefined
}

export interface Finding {
  readonly kind: FindingKind
  readonly source: string
  readonly text: string
  readonly detail: string
}

export type FindingKind = keyof Counts

interface Counts {
  /** Served, and never received with this text. */
  lost: number
  /** Received more often than served. */
  repeated: number
  /** Came from a source that the vendor has, with a text that it never served. */
  altered: number
  wrongTime: number
  wrongSource: number
  wrongSourcetype: number
  wrongStream: number
  /** Different records under one id, or one record under several. */
  wrongId: number
  /** Came from a source that the vendor does not have. */
  unexpected: number
}

export interface Comparison extends Counts {
  /** Records that had to arrive, and records that did. */
  readonly expected: number
  readonly received: number
  /** The first few findings of each kind, for the message of a failing test. */
  readonly findings: readonly Finding[]
}

const findingsOfAKind = 5

/** Knows every record that a vendor serves, and holds against it what a collector wrote. */
export class Oracle {
  readonly #sources: (() => Iterable<Expectation>)[] = []

  /** @param expectations called at each comparison, so that it can tell what the vendor holds by then */
  add(expectations: () => Iterable<Expectation>): void {
    this.#sources.push(expectations)
  }

  /** Every expectation as of now. */
  *expectations(): Generator<Expectation> {
    for (const source of this.#sources) yield* source()
  }

  /**
   * Holds what was received against what is served. Texts are kept as hashes only.
   * @param mustArrive says which records are missed when they do not arrive, all when left out: an input that
   *   begins later, or has a filter, need not have the others, but may
   */
  async compare(
    received: Iterable<Received> | AsyncIterable<Received>,
    mustArrive: (record: VendorRecord, expectation: Expectation) => boolean = () => true,
  ): Promise<Comparison> {
    const tally = this.tally(mustArrive)
    for await (const record of received) tally.receive(record)
    return tally.result()
  }

  /** A comparison with what is served by now, to which records are told as they come. */
  tally(mustArrive: (record: VendorRecord, expectation: Expectation) => boolean = () => true): Tally {
    return new Tally([...this.expectations()], mustArrive)
  }
}

/** A comparison that goes on. */
export class Tally {
  readonly #expectations: readonly Expectation[]
  readonly #records = new HashIndex()
  readonly #ids = new HashIndex()
  readonly #rows: Row[] = []
  readonly #idRows: number[] = []
  readonly #exactSources = new Map<string, Expectation>()
  readonly #patterns: Expectation[] = []
  readonly #counts: Counts = {
    lost: 0,
    repeated: 0,
    altered: 0,
    wrongTime: 0,
    wrongSource: 0,
    wrongSourcetype: 0,
    wrongStream: 0,
    wrongId: 0,
    unexpected: 0,
  }
  readonly #findings: Finding[] = []
  #expected = 0
  #received = 0

  constructor(
    expectations: readonly Expectation[],
    mustArrive: (record: VendorRecord, expectation: Expectation) => boolean,
  ) {
    this.#expectations = expectations
    for (const expectation of expectations) {
      if (typeof expectation.source === 'string') this.#exactSources.set(expectation.source, expectation)
      else this.#patterns.push(expectation)
      for (const record of expectation.records()) {
        this.#expect(expectation, record, expectation.optional === true || !mustArrive(record, expectation))
      }
    }
  }

  #expect(expectation: Expectation, record: VendorRecord, optional: boolean): void {
    const number = this.#records.insert(recordHash(scopeOf(expectation), record.text))
    const known = this.#rows[number]
    const isAnotherLine = known !== undefined && expectation.identity === 'line'
    if (!optional && (known === undefined || known.optional || isAnotherLine)) this.#expected++
    if (known === undefined) {
      const unparsed = record.unparsed === true
      this.#rows.push({ expectation, time: record.time, unparsed, served: 1, optional, received: 0, ids: 0 })
    } else {
      known.served++
      known.optional &&= optional
    }
  }

  receive(record: Received): void {
    this.#received++
    const source = record.source ?? ''
    const number = this.#find(source, record.text)
    if (number < 0) {
      const isKnownSource =
        this.#exactSources.has(source) || this.#patterns.some((one) => matches(one, source))
      this.#note(isKnownSource ? 'altered' : 'unexpected', record, 'this text was never served')
      return
    }
    const row = this.#rows[number]!
    row.received++
    this.#checkStamp(row, record, source)
    this.#checkId(number, row, record)
  }

  #find(source: string, text: string): number {
    if (this.#exactSources.get(source)?.identity === 'line') {
      const byLine = this.#records.find(recordHash(source, text))
      if (byLine >= 0) return byLine
    }
    return this.#records.find(recordHash('', text))
  }

  #checkStamp(row: Row, record: Received, source: string): void {
    const { expectation } = row
    if (!Number.isNaN(row.time) && record.time !== row.time) {
      this.#note('wrongTime', record, `time ${record.time}, expected ${row.time}`)
    }
    // The same content may have been served by several sources; each of them is right.
    if (!matches(expectation, source) && !(row.served > 1 && this.#exactSources.has(source))) {
      this.#note('wrongSource', record, `source ${source}, expected ${expectation.source}`)
    }
    const sourcetype = row.unparsed ? 'mailtrail:unparsed' : expectation.sourcetype
    if (record.sourcetype !== undefined && record.sourcetype !== sourcetype) {
      this.#note('wrongSourcetype', record, `sourcetype ${record.sourcetype}, expected ${sourcetype}`)
    }
    if (record.stream !== undefined && record.stream !== expectation.stream) {
      this.#note('wrongStream', record, `stream ${record.stream}, expected ${expectation.stream}`)
    }
  }

  #checkId(number: number, row: Row, record: Received): void {
    if (record.id === undefined) {
      row.ids++
      return
    }
    const idNumber = this.#ids.insert(recordHash('id', record.id))
    const owner = this.#idRows[idNumber]
    if (owner === undefined) {
      this.#idRows.push(number)
      row.ids++
      if (row.ids > row.served) this.#note('wrongId', record, `a repeat under another id: ${record.id}`)
    } else if (owner !== number) {
      this.#note('wrongId', record, `another record has the id ${record.id} too`)
    }
  }

  result(): Comparison {
    const missing = new Set<number>()
    for (const [number, row] of this.#rows.entries()) {
      const byLine = row.expectation.identity === 'line'
      // Equal lines are told apart by their ids: two arrivals of one line do not stand for two lines.
      const arrived = byLine ? Math.min(row.ids, row.served) : Math.min(row.received, row.served)
      const wanted = row.optional ? 0 : byLine ? row.served : 1
      this.#counts.repeated += row.received - arrived
      if (arrived < wanted) {
        this.#counts.lost += wanted - arrived
        if (missing.size < findingsOfAKind) missing.add(number)
      }
    }
    this.#describeLost(missing)
    return {
      ...this.#counts,
      expected: this.#expected,
      received: this.#received,
      findings: this.#findings,
    }
  }

  /** Texts are not kept, so the few that are worth showing are looked up again. */
  #describeLost(missing: Set<number>): void {
    for (const expectation of this.#expectations) {
      if (missing.size === 0) return
      for (const record of expectation.records()) {
        const number = this.#records.find(recordHash(scopeOf(expectation), record.text))
        if (!missing.delete(number)) continue
        this.#findings.push({
          kind: 'lost',
          source: String(expectation.source),
          text: record.text,
          detail: `served ${this.#rows[number]!.served} times, received ${this.#rows[number]!.received}`,
        })
      }
    }
  }

  #note(kind: FindingKind, record: Received, detail: string): void {
    this.#counts[kind]++
    if (this.#counts[kind] > findingsOfAKind) return
    this.#findings.push({ kind, source: record.source ?? '', text: record.text, detail })
  }
}

interface Row {
  readonly expectation: Expectation
  readonly time: number
  readonly unparsed: boolean
  served: number
  optional: boolean
  received: number
  /** Distinct ids under which it arrived. */
  ids: number
}

const scopeOf = (expectation: Expectation): string =>
  expectation.identity === 'line' && typeof expectation.source === 'string' ? expectation.source : ''

const matches = (expectation: Expectation, source: string): boolean =>
  typeof expectation.source === 'string' ? expectation.source === source : expectation.source.test(source)

const noncharacter = /[\uFFFE\uFFFF]|\\uFFF[EF]/giu

/** U+FFFE and U+FFFF cannot stand in XML: there they become escapes, and both spellings count as equal. */
const canonical = (text: string): string =>
  !text.includes('\\u') && !text.includes('\uFFFE') && !text.includes('\uFFFF')
    ? text
    : text.replace(noncharacter, (found) =>
        found.length === 1 ? `\\u${found.charCodeAt(0).toString(16)}` : found.toLowerCase(),
      )

const recordHash = (scope: string, text: string): Buffer =>
  hash('sha256', `${scope}\0${canonical(text)}`, 'buffer')
