import { TryLater } from '../../errors.ts'
import { ReplyTooLarge } from '../../transport/client.ts'
import { type AuditPage, mostResults, type SecureAuditLog, slots } from './api.ts'
import { microseconds, microsecondText, type Range } from './microseconds.ts'
import { PageSize } from './page-size.ts'
import { NotThere } from './refusal.ts'

/** Everything that was received before this (epoch microseconds) was given. */
export interface RangeDone {
  readonly doneTo: number
}

/** A microsecond of which the vendor does not give every record. */
export interface OverfullMicrosecond {
  readonly overfull: Range
  readonly reason: string
}

/** How often a microsecond, which cannot be divided, is searched again when its results are gone. */
const mostRepeats = 3

/**
 * Reads all records received in a range, however many. A search that finds as many as it may is divided at the
 * middle, down to one microsecond; so is one whose results are gone before they are read, so that each try has less
 * to read. Records come in ascending ranges; some may come twice.
 */
export class RangeReader {
  readonly #log: SecureAuditLog
  readonly #size = new PageSize()

  constructor(log: SecureAuditLog) {
    this.#log = log
  }

  async *pages(range: Range): AsyncGenerator<AuditPage | RangeDone | OverfullMicrosecond, void, void> {
    const open = [range]
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const isWhole = yield* this.#range(next)
      if (isWhole) {
        yield { doneTo: next.to }
        continue
      }
      const middle = Math.floor((next.from + next.to) / 2)
      open.push({ from: middle, to: next.to }, { from: next.from, to: middle })
    }
  }

  /** False when the range must be divided. */
  async *#range(range: Range): AsyncGenerator<AuditPage | OverfullMicrosecond, boolean, void> {
    const canDivide = range.to - range.from > 1
    for (let repeats = 0; ; repeats++) {
      try {
        const first = await this.#sized((limit) => this.#log.search(range, 'asc', limit))
        if (first.count >= mostResults) {
          if (canDivide) return false
          yield* this.#overfull(range, first)
          return true
        }
        const given = yield* this.#pagesOf(first)
        if (given >= first.count) return true
        if (canDivide) return false
        const reason = `Pangea counts ${first.count} records received from ${text(range)}, but gives ${given}.`
        if (repeats < mostRepeats) continue
        yield { overfull: range, reason }
        return true
      } catch (error) {
        if (!(error instanceof NotThere)) throw error
        if (canDivide) return false
        if (repeats >= mostRepeats) throw new TryLater(error.message, { cause: error })
      }
    }
  }

  /** The rest of a result set; returns how many records came in all. @throws {NotThere} */
  async *#pagesOf(first: AuditPage): AsyncGenerator<AuditPage, number, void> {
    let given = first.records.count
    yield first
    const { id, count } = first
    while (given < count && id !== undefined) {
      const offset = given
      const page = await this.#sized((limit) => this.#log.results(id, offset, limit))
      if (page.records.count === 0) return given
      given += page.records.count
      yield page
    }
    return given
  }

  /**
   * A microsecond with as many records as a search may find, or two of them where the vendor counts the end in.
   * From both ends, all of them come unless one microsecond alone has too many.
   */
  async *#overfull(
    range: Range,
    ascending: AuditPage,
  ): AsyncGenerator<AuditPage | OverfullMicrosecond, void, void> {
    const hasEnd = yield* this.#watching(ascending, range.to)
    if (hasEnd) {
      const descending = await this.#sized((limit) => this.#log.search(range, 'desc', limit))
      if (yield* this.#watching(descending, range.from)) return
    }
    const reason =
      `Pangea finds more records received from ${text(range)} than the ${mostResults} that it gives of one search; ` +
      'the rest cannot be had.'
    yield { overfull: range, reason }
  }

  /** All pages of a result set; whether one of their records was received at that microsecond. */
  async *#watching(first: AuditPage, wanted: number): AsyncGenerator<AuditPage, boolean, void> {
    let found = false
    for await (const page of this.#pagesOf(first)) {
      found ||= receivedAt(page, wanted)
      yield page
    }
    return found
  }

  async #sized(ask: (limit: number) => Promise<AuditPage>): Promise<AuditPage> {
    for (;;) {
      try {
        const page = await ask(this.#size.current)
        this.#size.observe(page.records.count, page.bytes)
        return page
      } catch (error) {
        if (!(error instanceof ReplyTooLarge)) throw error
        if (!this.#size.shrink()) throw new TryLater(error.message, { cause: error })
      }
    }
  }
}

function receivedAt({ records }: AuditPage, wanted: number): boolean {
  for (let row = 0; row < records.count; row++) {
    const start = records.memberStart(row, slots.receivedAt)
    if (microseconds(records.bytes, start, records.memberEnd(row, slots.receivedAt)) === wanted) return true
  }
  return false
}

const text = ({ from, to }: Range): string => `${microsecondText(from)} to ${microsecondText(to)}`
