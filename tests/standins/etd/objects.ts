import { createHash } from 'node:crypto'
import { day, hour, hourOf, minute, second } from '../vendor/clock.ts'
import { hourText } from '../vendor/instants.ts'
import type { Expectation } from '../vendor/oracle.ts'
import { uuidAt } from '../vendor/random.ts'
import { type RecordSeries, recordsIn, seriesOf, type VendorRecord } from '../vendor/record.ts'
import { type ObjectForm, plainForm, servedText } from './form.ts'

export interface NewObject {
  /** `message`, `audit` or any other log type. */
  readonly type: string
  /** Any instant of the hour that the path names, epoch milliseconds. */
  readonly hour: number
  readonly records: readonly VendorRecord[] | RecordSeries
  /** When it can first be listed and fetched; five minutes after its hour when left out. */
  readonly appearsAt?: number
  /** What differs from one JSON text a line. */
  readonly form?: Partial<ObjectForm>
  /** The whole decoded path where the vendor's way of naming is not wanted. */
  readonly path?: string
}

export interface StoredObject {
  /** Decoded, without a leading slash. */
  readonly path: string
  readonly type: string
  /** Start of its hour, epoch milliseconds. */
  readonly hour: number
  readonly appearsAt: number
  readonly series: RecordSeries
  readonly form: ObjectForm
  readonly etag: string
  /** How many answers named it. */
  listed: number
  /** How many times it was fetched from its first byte. */
  fetched: number
  deleted: boolean
}

/** Links and objects live for 30 days (Log Export page). */
export const retention = 30 * day

/** What the vendor has put into its object storage, by hour and log type. */
export class ObjectStore {
  readonly #tenant: string
  readonly #environment: string
  readonly #byPath = new Map<string, StoredObject>()
  readonly #byUnit = new Map<string, StoredObject[]>()

  constructor(tenant: string, environment: string) {
    this.#tenant = tenant
    this.#environment = environment
  }

  add(entry: NewObject): StoredObject {
    const start = hourOf(entry.hour)
    const path = entry.path ?? this.#pathFor(entry.type, start)
    if (this.#byPath.has(path)) throw new Error(`the object ${path} is there already`)
    const stored: StoredObject = {
      path,
      type: entry.type,
      hour: start,
      appearsAt: entry.appearsAt ?? start + hour + 5 * minute,
      series: seriesOf(entry.records),
      form: { ...plainForm, ...entry.form },
      etag: `"${createHash('md5').update(path).digest('hex')}"`,
      listed: 0,
      fetched: 0,
      deleted: false,
    }
    this.#byPath.set(path, stored)
    const unit = this.#byUnit.get(unitKey(entry.type, start))
    if (unit) unit.push(stored)
    else this.#byUnit.set(unitKey(entry.type, start), [stored])
    return stored
  }

  get all(): Iterable<StoredObject> {
    return this.#byPath.values()
  }

  /** The object, when it is there by now. */
  find(path: string, now: number): StoredObject | undefined {
    const found = this.#byPath.get(path)
    return found && isThere(found, now) ? found : undefined
  }

  /** Objects of one hour and type that are there by now, in the order of their paths. */
  inHour(type: string, start: number, now: number): StoredObject[] {
    const unit = this.everInHour(type, start, now)
    return unit.filter((entry) => isThere(entry, now)).sort((a, b) => (a.path < b.path ? -1 : 1))
  }

  /** Objects of one hour and type that have ever appeared, those that are gone again too. */
  everInHour(type: string, start: number, now: number): readonly StoredObject[] {
    return (this.#byUnit.get(unitKey(type, start)) ?? []).filter((entry) => entry.appearsAt <= now)
  }

  /** The vendor's ways of naming, one for audit and one for what Firehose delivers (page samples). */
  #pathFor(type: string, start: number): string {
    const [date, hourOfDay] = hourText(start).split('T')
    const folder = `tenant_id=${this.#tenant}/log_date=${date}/hour=${hourOfDay}/log_type=${type}`
    const number = this.#byPath.size
    const at = start + ((number * 61) % 3600) * second
    if (type === 'audit') {
      let epoch = Math.floor(at / 1000)
      while (this.#byPath.has(`${folder}/0000_part_00.${epoch}.json`)) epoch++
      return `${folder}/0000_part_00.${epoch}.json`
    }
    const time = new Date(at).toISOString().slice(0, 19).replaceAll(/[T:]/g, '-')
    const name = `${this.#environment}-${type}-export-firehose-${number % 100}-${time}-${uuidAt(7, number)}`
    return `${folder}/${name}.jsonl`
  }
}

const unitKey = (type: string, start: number): string => `${type} ${start}`

const isThere = (entry: StoredObject, now: number): boolean =>
  !entry.deleted && entry.appearsAt <= now && now < entry.hour + hour + retention

/** How the records of an object must arrive. */
export function expectationOf(entry: StoredObject, optional: boolean): Expectation {
  return {
    stream: entry.type,
    sourcetype: `cisco:etd:${entry.type}`,
    source: `etd:${entry.path}`,
    identity: entry.type === 'audit' ? 'line' : 'content',
    optional,
    *records() {
      for (const record of recordsIn(entry.series)) {
        yield record.unparsed ? record : { ...record, text: servedText(record.text, entry.form) }
      }
    },
  }
}
