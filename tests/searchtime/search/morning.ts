import { parseApp, readAppText } from '../app.ts'
import type { Fields, Value } from '../eval/value.ts'
import { searchTime } from '../search-time.ts'
import { runSearch, type World } from './pipeline.ts'

// The morning that the tests of macros and saved searches look at: two messages, and a ledger with gaps.

export const app = parseApp(readAppText())
export const { macros, savedsearches } = app.confs
export const instant = (text: string): number => Date.parse(text) / 1000
export const now = instant('2026-03-02T12:00:00Z')

let ids = 0

/** An event of the add-on, with what search time makes of it. */
export function event(
  sourcetype: string,
  time: string,
  record: object,
  options: { source?: string; id?: string; stream?: string } = {},
): Fields {
  const { source = 's', id = `id${ids++}`, stream = 'message' } = options
  const raw = `{"mailtrail":{"id":"${id}","input":"prod","stream":"${stream}"},${JSON.stringify(record).slice(1)}`
  const { fields } = searchTime(app, { raw, sourcetype, source, time: instant(time) })
  return fields.set('index', 'mail')
}

export const log = (time: string, line: string): Fields =>
  searchTime(app, {
    raw: `${time} log_level=INFO ${line}`,
    sourcetype: 'mailtrail:log',
    source: 'l',
    time: instant(time),
  }).fields.set('index', '_internal')

export const etd = (time: string, message: object, id?: string): Fields =>
  event('cisco:etd:message', time, { message }, id === undefined ? {} : { id })

export const tracked = (time: string, action: string, messageID: string): Fields =>
  event(
    'trendmicro:email:tracking',
    time,
    { messageID, action, recipient: 'alex@example.com' },
    { stream: 'accepted_traffic' },
  )

export const row = (values: Readonly<Record<string, Value>>): Fields => new Map(Object.entries(values))

export const find = (search: string, world: Partial<World>): Record<string, Value>[] =>
  runSearch(search, { events: [], lookups: { mailtrail_ledger: [] }, now, ...world }, macros).map((found) =>
    Object.fromEntries(found),
  )

export const saved = (name: string, world: Partial<World>): Record<string, Value>[] =>
  find(savedsearches.get(`Mailtrail - ${name}`)?.get('search') ?? `no search ${name}`, world)

export const created = etd('2026-03-02T09:00:00Z', {
  eventType: 'create',
  id: 'm1',
  internetMessageId: '<A1@Sender.example>',
  envelopeTo: ['alex@example.com'],
  returnPath: 'news@sender.example',
  subject: 'Offer',
})
export const convicted = etd('2026-03-02T09:30:00.500Z', {
  eventType: 'update',
  id: 'm1',
  internetMessageId: '<A1@Sender.example>',
  verdict: { verdict: 'spam', timestamp: '2026-03-02T09:30:00.500123456Z' },
})
const reclassified = etd('2026-03-02T10:00:00Z', {
  eventType: 'update',
  id: 'm1',
  internetMessageId: '<A1@Sender.example>',
  verdict: { verdict: 'phishing', timestamp: '2026-03-02T10:00:00Z' },
})
const remediated = etd('2026-03-02T10:15:00Z', {
  eventType: 'update',
  id: 'm1',
  internetMessageId: '<A1@Sender.example>',
  action: { action: 'move', folder: 'quarantine', timestamp: '2026-03-02T10:15:00Z' },
})
const other = etd('2026-03-02T09:05:00Z', {
  eventType: 'create',
  id: 'm2',
  internetMessageId: 'B2@sender.example',
})
export const gateway = [
  tracked('2026-03-02T08:59:50Z', 'Delivered', '<a1@sender.EXAMPLE>'),
  tracked('2026-03-02T09:04:50Z', 'Delivered', '<b2@sender.example>'),
]
export const mail = [created, convicted, reclassified, remediated, other, ...gateway]

export const path = 'tenant_id=t/log_date=2026-03-02/hour=06/log_type=message/a.jsonl'
export const ledger = [
  {
    stream: 'message',
    unit: path,
    from: '06',
    to: '07',
    state: 'complete',
    events: 100,
    unparsed: 1,
    expires: '2026-04-01T06:00:00.000Z',
  },
  {
    stream: 'message',
    unit: '2026-03-02T07',
    from: '07',
    to: '08',
    state: 'truncated',
    events: 0,
    unparsed: 0,
    expires: '2026-03-02T15:30:00.000Z',
    reason: '200 links',
  },
  {
    stream: 'message',
    unit: `${path}l`,
    from: '08',
    to: '09',
    state: 'open',
    events: 10,
    unparsed: 0,
    expires: '2026-04-01T08:00:00.000Z',
  },
  {
    stream: 'accepted_traffic',
    unit: '2026-03-02T06',
    from: '06',
    to: '07',
    state: 'complete',
    events: 2,
    unparsed: 0,
    expires: '2026-03-05T06:00:00.000Z',
  },
  {
    stream: 'audit',
    unit: '2026-03-02T06',
    from: '06',
    to: '07',
    state: 'complete',
    events: 3,
    unparsed: 0,
    expires: '',
  },
  {
    stream: 'audit',
    unit: '2026-03-02T11',
    from: '11',
    to: '12',
    state: 'open',
    events: 1,
    unparsed: 0,
    expires: '',
  },
].map(({ from, to, ...values }) =>
  row({
    scheme: values.stream === 'accepted_traffic' ? 'trendmicro_email' : 'cisco_etd',
    input: 'prod',
    from: `2026-03-02T${from}:00:00.000Z`,
    to: `2026-03-02T${to}:00:00.000Z`,
    last_fetch: '2026-03-02T09:30:00.000Z',
    ...Object.fromEntries(Object.entries(values).filter(([, value]) => value !== '')),
  }),
)
