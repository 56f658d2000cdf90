import { parseApp, readAppText } from '../../searchtime/app.ts'
import type { Fields } from '../../searchtime/eval/value.ts'
import type { World } from '../../searchtime/search/pipeline.ts'
import { type IndexedEvent, searchTime } from '../../searchtime/search-time.ts'
import { logLines } from './log-lines.ts'
import { dayOfMail } from './mail.ts'
import { type Collected, collect, ledgerOf } from './units.ts'

export const app = parseApp(readAppText())

/** The instant at which the dashboards are looked at, epoch seconds. */
export const now = Date.parse('2026-03-03T12:05:00Z') / 1000

/**
 * What a Splunk holds after a day of the four inputs: events of the samples under `tests/samples`, with what search
 * time makes of them; the add-on's own log; the ledger. Two events of one complete unit never reached the index.
 */
export function dayOfEvents(): World {
  const collected = dayOfMail(now).map(collect)
  const ledger = ledgerOf(collected, now)
  const arrived = withoutTwo(collected.filter(({ indexed }) => indexed < now))
  return {
    now,
    lookups: { mailtrail_ledger: ledger },
    events: [
      ...arrived.map((event) => found(event, 'mail', event.indexed)),
      ...logLines(collected, now).map((line) => found(line, '_internal', line.time + 2)),
    ],
  }
}

/** A Splunk in which no input has run. */
export const nothingYet: World = { now, events: [], lookups: { mailtrail_ledger: [] } }

function withoutTwo(events: readonly Collected[]): Collected[] {
  const victims = events.filter(({ stream, time }) => stream === 'accepted_traffic' && time < now - 12 * 3600)
  const last = victims.at(-1)
  const lost = new Set(victims.filter(({ source }) => source === last?.source).slice(0, 2))
  return events.filter((event) => !lost.has(event))
}

function found(event: IndexedEvent, index: string, indexed: number): Fields {
  return searchTime(app, event)
    .fields.set('index', index)
    .set('host', 'forwarder-1')
    .set('_indextime', indexed)
}
