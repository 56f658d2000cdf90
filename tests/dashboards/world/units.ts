import type { Fields, Value } from '../../searchtime/eval/value.ts'
import type { IndexedEvent } from '../../searchtime/search-time.ts'
import { inputs } from './inputs.ts'

/** An event in its unit: under the source that its input gives it, fetched and indexed some time later. */
export interface Collected extends IndexedEvent {
  readonly input: string
  readonly stream: string
  readonly indexed: number
}

const hour = 3600
/** What the vendors keep, seconds; Pangea's log has no end. */
const kept: Readonly<Record<string, number>> = { etd: 30 * 24 * hour, tmes: 3 * 24 * hour }
/** Seconds after a unit's end at which it can be had. */
const publishedAfter: Readonly<Record<string, number>> = { etd: 420, tmes: 70, pangea: 30 }

const iso = (time: number): string => new Date(time * 1000).toISOString()

/** Puts events into the units of their inputs: Cisco's hourly objects, ten minutes of Trend Micro, half an hour of Pangea. */
export function collect(event: IndexedEvent): Collected {
  const input = /"input":"([^"]+)"/.exec(event.raw)?.[1] ?? ''
  const stream = /"stream":"([^"]+)"/.exec(event.raw)?.[1] ?? ''
  const unit = unitOf(event, input, stream)
  return {
    ...event,
    input,
    stream,
    source: unit.source,
    indexed: unit.to + (publishedAfter[unit.vendor] ?? 0) + 4 + (event.raw.length % 9),
  }
}

interface PlacedUnit {
  readonly vendor: string
  readonly name: string
  readonly source: string
  readonly from: number
  readonly to: number
}

function unitOf(event: IndexedEvent, input: string, stream: string): PlacedUnit {
  const vendor = event.sourcetype.startsWith('cisco')
    ? 'etd'
    : stream.endsWith('_traffic')
      ? 'tmes'
      : 'pangea'
  const length = vendor === 'etd' ? hour : vendor === 'tmes' ? hour / 2 : hour
  const from = event.time - (event.time % length)
  const [day = '', clock = ''] = iso(from).split('T')
  const name =
    vendor === 'etd'
      ? `tenant_id=${inputs[input]?.tenant}/log_date=${day}/hour=${clock.slice(0, 2)}/log_type=${stream}/part-0.jsonl`
      : iso(from).replace('.000', '')
  const source =
    vendor === 'etd' ? `etd:${name}` : vendor === 'tmes' ? `tmes:${stream}/${name}` : `pangea:${name}`
  return { vendor, name, source, from, to: from + length }
}

/** Units that did not go well: of which input and stream, how many hours ago they began, and how they stand. */
const mishaps: readonly {
  readonly input: string
  readonly stream: string
  readonly hoursAgo: number
  readonly state: string
  readonly reason: string
}[] = [
  {
    input: 'prod',
    stream: 'message',
    hoursAgo: 5,
    state: 'truncated',
    reason: 'Cisco ETD lists at most 200 files an hour.',
  },
  { input: 'prod', stream: 'message', hoursAgo: 1, state: 'open', reason: '' },
  {
    input: 'prod',
    stream: 'audit',
    hoursAgo: 9,
    state: 'failed',
    reason: 'The download ended early three times.',
  },
  { input: 'gateway', stream: 'blocked_traffic', hoursAgo: 2, state: 'open', reason: '' },
  {
    input: 'gateway',
    stream: 'accepted_traffic',
    hoursAgo: 16,
    state: 'gap',
    reason: 'The vendor has deleted it.',
  },
]

/** The ledger's rows for what was collected. Times as the inputs write them. */
export function ledgerOf(events: readonly Collected[], now: number): Fields[] {
  const units = new Map<string, LedgerUnit>()
  for (const event of events) {
    const { input, stream } = event
    const placed = unitOf(event, input, stream)
    const key = `${input}/${stream}/${placed.name}`
    const { count = 0, bytes = 0 } = units.get(key) ?? {}
    units.set(key, { ...placed, input, stream, count: count + 1, bytes: bytes + event.raw.length })
  }
  return [...units.values(), ...quietHours([...units.values()], now)].map((unit) => rowOf(unit, now))
}

interface LedgerUnit extends PlacedUnit {
  readonly input: string
  readonly stream: string
  readonly count: number
  readonly bytes: number
}

/** Hours for which Cisco has no file: with no path to name them by, they are named by the hour. */
function quietHours(units: readonly LedgerUnit[], now: number): LedgerUnit[] {
  const ofCisco = units.filter(({ vendor }) => vendor === 'etd')
  const streams = new Map(ofCisco.map((unit) => [`${unit.input}/${unit.stream}`, unit]))
  const last = now - (now % hour) - hour
  return [...streams.values()].flatMap((like) =>
    Array.from({ length: 24 }, (_, ago) => last - ago * hour)
      .filter(
        (from) =>
          !ofCisco.some(
            (unit) => unit.input === like.input && unit.stream === like.stream && unit.from === from,
          ),
      )
      .map((from) => ({ ...like, name: iso(from).slice(0, 13), from, to: from + hour, count: 0, bytes: 0 })),
  )
}

function rowOf(unit: LedgerUnit, now: number): Fields {
  const mishap = mishaps.find(
    ({ input, stream, hoursAgo }) =>
      input === unit.input && stream === unit.stream && unit.from === now - (now % hour) - hoursAgo * hour,
  )
  const fetched = unit.to + (publishedAfter[unit.vendor] ?? 0)
  const life = kept[unit.vendor]
  const row: Readonly<Record<string, Value>> = {
    scheme: inputs[unit.input]?.scheme ?? '',
    input: unit.input,
    stream: unit.stream,
    unit: unit.name,
    from: iso(unit.from),
    to: iso(unit.to),
    state: mishap?.state ?? 'complete',
    events: unit.count,
    unparsed: 0,
    bytes: unit.bytes,
    first_fetch: iso(fetched),
    last_fetch: iso(fetched + 4),
    expires: life === undefined ? null : iso(unit.from + life),
    reason: mishap?.reason ?? '',
  }
  return new Map(Object.entries(row).filter(([, value]) => value !== null && value !== ''))
}
