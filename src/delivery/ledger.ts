import * as z from 'zod'
import type { Unit, UnitState } from './batch.ts'
import { type Collection, documentKey, documentVersion, type StoredDocument } from './collection.ts'
import { type InputName, readDocument } from './documents.ts'

const instant = z.iso.datetime().transform((text) => Date.parse(text))
const optionalInstant = z.preprocess(
  (value) => (value === '' || value === null ? undefined : value),
  instant.optional(),
)
const count = z.coerce.number().int().nonnegative().catch(0)

const rowDocument = z.looseObject({
  _key: z.string(),
  stream: z.string(),
  unit: z.string(),
  from: instant,
  to: instant,
  state: z.enum(['open', 'complete', 'truncated', 'failed', 'gap', 'replay']),
  events: count,
  unparsed: count,
  bytes: count,
  first_fetch: optionalInstant,
  last_fetch: optionalInstant,
  expires: optionalInstant,
  reason: z.string().nullish(),
  progress: z.string().nullish(),
})

/** Longer than any of the vendors keeps what it could send again. */
const keepCompleteDays = 45
const keepGapDays = 400

/** One unit of one stream: what was had of it. Times are epoch milliseconds. */
export interface LedgerRow {
  readonly unit: Unit
  state: UnitState
  events: number
  unparsed: number
  bytes: number
  firstFetch: number | undefined
  lastFetch: number | undefined
  reason: string
  /** Where to go on inside the unit; undefined at its start and once it is done. */
  progress: unknown
}

export interface LedgerQuery {
  readonly stream: string
  /** Units that begin in this range, epoch milliseconds, end exclusive. */
  readonly from?: number
  readonly to?: number
  readonly states?: readonly UnitState[]
  /** Names of units. */
  readonly units?: readonly string[]
}

/** The completeness ledger of one input: one document per stream and unit in `mailtrail_ledger`. */
export class Ledger {
  readonly #collection: Collection
  readonly #name: InputName

  constructor(collection: Collection, name: InputName) {
    this.#collection = collection
    this.#name = name
  }

  async find(query: LedgerQuery): Promise<LedgerRow[]> {
    const from = query.from === undefined && query.to === undefined ? undefined : range(query.from, query.to)
    return this.#rows({
      stream: query.stream,
      ...(from ? { from } : {}),
      ...anyOf('state', query.states),
      ...anyOf('unit', query.units),
    })
  }

  /** Every row of a stream that is neither complete nor given up, and every row whose state is not a known one. */
  async unfinished(stream: string): Promise<LedgerRow[]> {
    const closed = ['complete', 'gap']
    return this.#rows({ stream, $and: closed.map((state) => ({ state: { $ne: state } })) })
  }

  /**
   * Looks for rows of a newer version, among those too that no run looks at any more.
   * @throws {StateUnavailable} when there is one.
   */
  async refuseNewer(): Promise<void> {
    await this.#rows({ v: { $gt: documentVersion } })
  }

  /**
   * A row that an administrator wrote back by a search may have lost what the search did not name, the scheme too:
   * then its key tells whose it is.
   */
  async #rows(query: Readonly<Record<string, unknown>>): Promise<LedgerRow[]> {
    const found = await this.#collection.find({ input: this.#name.input, ...query })
    return found
      .filter(({ _key, scheme, stream, unit }) =>
        scheme ? scheme === this.#name.scheme : _key === this.#key(String(stream), String(unit)),
      )
      .map((document) => fromDocument(document))
  }

  async save(rows: Iterable<LedgerRow>): Promise<void> {
    await this.#collection.save([...rows].map((row) => this.#toDocument(row)))
  }

  /**
   * Deletes rows of units that are long closed. Whole units go once no vendor keeps them any more; what was missed is
   * told for longer.
   */
  async thin(stream: string, now: number): Promise<void> {
    const older = (days: number) => ({ to: { $lt: iso(now - days * 86_400_000) } })
    await this.#collection.delete({ ...this.#name, stream, state: 'complete', ...older(keepCompleteDays) })
    await this.#collection.delete({ ...this.#name, stream, state: 'gap', ...older(keepGapDays) })
  }

  #key(stream: string, unit: string): string {
    return documentKey(this.#name.scheme, this.#name.input, stream, unit)
  }

  #toDocument(row: LedgerRow): StoredDocument {
    const { unit } = row
    return {
      _key: this.#key(unit.stream, unit.name),
      v: documentVersion,
      ...this.#name,
      stream: unit.stream,
      unit: unit.name,
      from: iso(unit.from),
      to: iso(unit.to),
      state: row.state,
      events: row.events,
      unparsed: row.unparsed,
      bytes: row.bytes,
      first_fetch: iso(row.firstFetch),
      last_fetch: iso(row.lastFetch),
      expires: iso(unit.expires),
      reason: row.reason,
      progress: row.progress === undefined ? '' : JSON.stringify(row.progress),
    }
  }
}

const anyOf = (field: string, values: readonly string[] | undefined): object =>
  values === undefined ? {} : { $or: values.map((value) => ({ [field]: value })) }

const iso = (time: number | undefined): string => (time === undefined ? '' : new Date(time).toISOString())

const range = (from: number | undefined, to: number | undefined): Record<string, string> => ({
  ...(from === undefined ? {} : { $gte: iso(from) }),
  ...(to === undefined ? {} : { $lt: iso(to) }),
})

function fromDocument(document: StoredDocument): LedgerRow {
  const row = readDocument(rowDocument, document, 'completeness ledger')
  return {
    unit: { stream: row.stream, name: row.unit, from: row.from, to: row.to, expires: row.expires },
    state: row.state,
    events: row.events,
    unparsed: row.unparsed,
    bytes: row.bytes,
    firstFetch: row.first_fetch,
    lastFetch: row.last_fetch,
    reason: row.reason ?? '',
    progress: row.progress
      ? readDocument(progressText, { _key: document._key, progress: row.progress }, 'completeness ledger')
          .progress
      : undefined,
  }
}

const progressText = z.object({
  progress: z.string().transform((text, context): unknown => {
    try {
      return JSON.parse(text)
    } catch {
      context.addIssue({ code: 'custom', message: 'is not JSON' })
      return z.NEVER
    }
  }),
})
