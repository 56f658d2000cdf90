import { TryLater } from '../../../src/errors.ts'
import { createLog, type Fields, keyValues, type Level } from '../../../src/log.ts'
import { conclude } from '../../../src/run-log.ts'
import type { IndexedEvent } from '../../searchtime/search-time.ts'
import { inputs } from './inputs.ts'
import type { Collected } from './units.ts'

/** The lines that the inputs write to their log file in the day before `now`, a run every half hour. */
export function logLines(events: readonly Collected[], now: number): IndexedEvent[] {
  return Object.entries(inputs).flatMap(([input, { scheme }]) => {
    const own = events.filter((event) => event.input === input)
    const lines: IndexedEvent[] = []
    const every = 1800
    for (let time = now - 24 * 3600, run = 1; time < now - 60; time += every, run++) {
      const say = (after: number, level: Level, fields: Fields): void => {
        lines.push(line(scheme, input, time + after, level, { pid: 4000 + run, ...fields }))
      }
      const written = own.filter(({ indexed }) => indexed >= time && indexed < time + every)
      say(1, 'INFO', { action: 'started', lease: run, message: 'The run begins.' })
      for (const stream of new Set(written.map((event) => event.stream))) {
        const found = written.filter((event) => event.stream === stream)
        const bytes = found.reduce((sum, { raw }) => sum + raw.length, 0)
        say(8, 'INFO', {
          action: 'events_ingested',
          sourcetype_ingested: found[0]?.sourcetype,
          n_events: found.length,
          event_input: input,
          event_index: 'mail',
          stream,
          unparsed: 0,
          bytes,
          commits: 1,
          message: `Stream ${stream}: ${found.length} events.`,
        })
      }
      const fails = input === 'gateway' && run % 13 === 6
      const slow = run % 9 === 4
      if (scheme === 'cisco_etd')
        say(9, 'INFO', {
          action: 'quota',
          used: used(time),
          limit: 10_000,
          left: 10_000 - used(time),
          message: 'Requests of today.',
        })
      if (input === 'prod' && run === 39)
        say(7, 'WARN', {
          action: 'truncated',
          stream: 'message',
          message: 'Cisco ETD lists at most 200 files an hour.',
        })
      conclude(
        fails ? new TryLater('Trend Micro answered 503 five times in a row.') : undefined,
        createLog('INFO', [(level, message, fields) => say(10, level, { ...fields, message })]),
        {
          requests: 12 + written.length,
          retries: fails ? 5 : slow ? 2 : 0,
          waited_ms: fails ? 31_000 : slow ? 4_200 : 0,
          received_bytes: 900 + written.length * 400,
        },
      )
    }
    return lines
  })
}

/** Requests since midnight: more than the day's share, so that a forecast has something to say. */
const used = (time: number): number => Math.round(300 + ((time % 86_400) / 86_400) * 8_900)

function line(scheme: string, input: string, time: number, level: Level, fields: Fields): IndexedEvent {
  const stamp = new Date(time * 1000).toISOString().replace('T', ' ').replace('Z', ' +0000')
  const pairs = keyValues({ modular_input_name: `${scheme}://${input}`, ...fields })
  return {
    raw: `${stamp} log_level=${level} ${pairs}`,
    sourcetype: 'mailtrail:log',
    source: `/opt/splunk/var/log/splunk/ta_mailtrail_${scheme}.log`,
    time,
  }
}
