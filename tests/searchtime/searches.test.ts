import { describe, expect, it } from 'vitest'
import { parseApp, readAppText } from './app.ts'
import type { Fields, Value } from './eval/value.ts'
import { runSearch, type World } from './search/pipeline.ts'
import { searchTime } from './search-time.ts'

const app = parseApp(readAppText())
const { macros, savedsearches } = app.confs
const instant = (text: string): number => Date.parse(text) / 1000
const now = instant('2026-03-02T12:00:00Z')

let ids = 0

/** An event of the add-on, with what search time makes of it. */
function event(
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

const log = (time: string, line: string): Fields =>
  searchTime(app, {
    raw: `${time} log_level=INFO ${line}`,
    sourcetype: 'mailtrail:log',
    source: 'l',
    time: instant(time),
  }).fields.set('index', '_internal')

const etd = (time: string, message: object, id?: string): Fields =>
  event('cisco:etd:message', time, { message }, id === undefined ? {} : { id })

const tracked = (time: string, action: string, messageID: string): Fields =>
  event(
    'trendmicro:email:tracking',
    time,
    { messageID, action, recipient: 'alex@example.com' },
    { stream: 'accepted_traffic' },
  )

const row = (values: Readonly<Record<string, Value>>): Fields => new Map(Object.entries(values))

const find = (search: string, world: Partial<World>): Record<string, Value>[] =>
  runSearch(search, { events: [], lookups: { mailtrail_ledger: [] }, now, ...world }, macros).map((found) =>
    Object.fromEntries(found),
  )

const saved = (name: string, world: Partial<World>): Record<string, Value>[] =>
  find(savedsearches.get(`Mailtrail - ${name}`)?.get('search') ?? `no search ${name}`, world)

const created = etd('2026-03-02T09:00:00Z', {
  eventType: 'create',
  id: 'm1',
  internetMessageId: '<A1@Sender.example>',
  envelopeTo: ['alex@example.com'],
  returnPath: 'news@sender.example',
  subject: 'Offer',
})
const convicted = etd('2026-03-02T09:30:00.500Z', {
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
const gateway = [
  tracked('2026-03-02T08:59:50Z', 'Delivered', '<a1@sender.EXAMPLE>'),
  tracked('2026-03-02T09:04:50Z', 'Delivered', '<b2@sender.example>'),
]
const mail = [created, convicted, reclassified, remediated, other, ...gateway]

describe('macros', () => {
  it.each(['<A1@Sender.example>', 'a1@sender.example', ' A1@SENDER.EXAMPLE '])(
    'mailtrail_message follows "%s" through both vendors',
    (id) => {
      const found = find(`\`mailtrail_message("${id}")\``, { events: [...mail, created] })
      expect(found.map(({ sourcetype }) => sourcetype)).toEqual([
        'trendmicro:email:tracking',
        ...Array<string>(4).fill('cisco:etd:message'),
      ])
    },
  )

  it('mailtrail_dedup keeps one of equal ids, and all without one', () => {
    const twice = etd('2026-03-02T09:00:00Z', { eventType: 'create', id: 'm9' }, 'same')
    const events = [
      twice,
      new Map(twice),
      log('2026-03-02T09:00:00Z', 'action=started'),
      log('2026-03-02T09:00:00Z', 'action=started'),
    ]
    expect(find('index=* | `mailtrail_dedup`', { events })).toHaveLength(3)
  })

  it('mailtrail_verdict_timeline folds the events of a message into one row', () => {
    const rows = find('`mailtrail_verdict_timeline`', { events: [...mail, new Map(convicted)] })
    expect(rows).toHaveLength(2)
    expect(rows.find(({ internal_message_id }) => internal_message_id === 'm1')).toEqual({
      internal_message_id: 'm1',
      message_id: 'a1@sender.example',
      src_user: 'news@sender.example',
      recipient: 'alex@example.com',
      subject: 'Offer',
      received: instant('2026-03-02T09:00:00Z'),
      first_verdict: 'spam',
      first_verdict_time: instant('2026-03-02T09:30:00.500Z'),
      current_verdict: 'phishing',
      current_verdict_time: instant('2026-03-02T10:00:00Z'),
      verdicts: 2,
      first_action: 'move',
      first_action_time: instant('2026-03-02T10:15:00Z'),
      disposition: 'quarantined',
      time_to_verdict: 1800.5,
      time_to_remediation: 4500,
    })
    const neutral = rows.find(({ internal_message_id }) => internal_message_id === 'm2')
    expect(neutral).not.toHaveProperty('time_to_verdict')
    expect(neutral).toMatchObject({ disposition: 'delivered', verdicts: 0 })
  })

  it('mailtrail_completeness sums the ledger up', () => {
    const rows = find('| `mailtrail_completeness`', { lookups: { mailtrail_ledger: ledger } })
    expect(rows.find(({ input, stream }) => input === 'prod' && stream === 'message')).toEqual({
      input: 'prod',
      stream: 'message',
      units: 3,
      complete_units: 1,
      lost_units: 1,
      events: 110,
      unparsed: 1,
      first_time: instant('2026-03-02T06:00:00Z'),
      last_time: instant('2026-03-02T09:00:00Z'),
      missing_since: instant('2026-03-02T07:00:00Z'),
      next_expiry: instant('2026-03-02T15:30:00Z'),
      complete_percent: 33.33,
      hours_until_expiry: 3.5,
    })
  })
})

const path = 'tenant_id=t/log_date=2026-03-02/hour=06/log_type=message/a.jsonl'
const ledger = [
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
    input: 'prod',
    from: `2026-03-02T${from}:00:00.000Z`,
    to: `2026-03-02T${to}:00:00.000Z`,
    last_fetch: '2026-03-02T09:30:00.000Z',
    ...Object.fromEntries(Object.entries(values).filter(([, value]) => value !== '')),
  }),
)

describe('saved searches', () => {
  it('Input stopped: finds inputs that have not ended a run well for an hour', () => {
    const run = (time: string, input: string, more = ''): Fields =>
      log(time, `modular_input_name=cisco_etd://${input} action=ended ${more}`)
    const events = [
      run('2026-03-02T11:55:00Z', 'well'),
      run('2026-03-02T09:00:00Z', 'silent'),
      run('2026-03-02T09:00:00Z', 'failing'),
      run('2026-03-02T11:58:00Z', 'failing', 'exit_code=2 message="The network kept failing."'),
      run('2026-03-02T11:00:00Z', 'recovered', 'exit_code=2'),
      run('2026-03-02T11:57:00Z', 'recovered'),
      run('2026-03-02T11:59:00Z', 'never', 'exit_code=1 message="client_id is missing."'),
    ]
    expect(saved('Input stopped', { events })).toEqual([
      { modular_input_name: 'cisco_etd://silent', hours: 3 },
      { modular_input_name: 'cisco_etd://failing', hours: 3, last_message: 'The network kept failing.' },
      { modular_input_name: 'cisco_etd://never', last_message: 'client_id is missing.' },
    ])
  })

  it('Unit not complete: finds what is open longer than two hours, the oldest first', () => {
    expect(
      saved('Unit not complete', { lookups: { mailtrail_ledger: ledger } }).map(({ unit, hours }) => [
        unit,
        hours,
      ]),
    ).toEqual([
      ['2026-03-02T07', 4],
      [`${path}l`, 3],
    ])
  })

  it('Hours until the vendor deletes what is missing: finds what has less than a day', () => {
    expect(
      saved('Hours until the vendor deletes what is missing', { lookups: { mailtrail_ledger: ledger } }),
    ).toEqual([
      {
        input: 'prod',
        stream: 'message',
        unit: '2026-03-02T07',
        state: 'truncated',
        hours_left: 3.5,
        reason: '200 links',
      },
    ])
  })

  it('Ledger differs from the index: finds units with fewer events than were written', () => {
    const indexedEvents = [
      ...Array.from({ length: 98 }, () =>
        event('cisco:etd:message', '2026-03-02T06:00:00Z', {}, { source: `etd:${path}` }),
      ),
      ...Array.from({ length: 2 }, () =>
        event(
          'trendmicro:email:tracking',
          '2026-03-02T06:00:00Z',
          {},
          { source: 'tmes:accepted_traffic/2026-03-02T06' },
        ),
      ),
      event('cisco:etd:message', '2026-03-02T06:00:00Z', {}, { source: 'etd:not-in-the-ledger' }),
    ]
    expect(
      saved('Ledger differs from the index', {
        events: indexedEvents,
        lookups: { mailtrail_ledger: ledger },
      }),
    ).toEqual([
      { input: 'prod', stream: 'audit', unit: '2026-03-02T06', expected: 3, indexed: 0, missing: 3 },
      { input: 'prod', stream: 'message', unit: path, expected: 100, indexed: 98, missing: 2 },
    ])
  })

  it('Quota about to run out: finds more than four fifths', () => {
    const used = (input: string, amount: number, time = '2026-03-02T11:00:00Z'): Fields =>
      log(time, `modular_input_name=cisco_etd://${input} action=quota used=${amount} limit=10000`)
    const events = [used('low', 7000), used('high', 7000), used('high', 8500, '2026-03-02T11:30:00Z')]
    expect(saved('Quota about to run out', { events })).toEqual([
      { modular_input_name: 'cisco_etd://high', used: '8500', limit: '10000', percent: 85 },
    ])
  })

  it('Integrity failure: finds findings and marked records, not those that passed late', () => {
    const finding = (name: string, severity: string): Fields =>
      event(
        'mailtrail:integrity',
        '2026-03-02T11:00:00Z',
        { finding: name, severity, tree_name: 't' },
        { stream: 'audit' },
      )
    const marked = searchTime(app, {
      raw: '{"mailtrail":{"id":"x","input":"app","stream":"audit","integrity":{"hash":"fail","signature":"none"}},"envelope":{"event":{"actor":"mallory","action":"update"}}}',
      sourcetype: 'pangea:audit',
      source: 'pangea:2026-03-02T11',
      time: now,
    }).fields.set('index', 'mail')
    const events = [
      finding('tree_shrunk', 'critical'),
      finding('late_verification_passed', 'informational'),
      marked,
    ]
    expect(
      saved('Integrity failure', { events }).map(({ signature_id, user }) => signature_id ?? user),
    ).toEqual(['tree_shrunk', 'mallory'])
  })

  it('Delivered by the gateway and convicted later: finds the message that both saw', () => {
    expect(saved('Delivered by the gateway and convicted later', { events: mail })).toEqual([
      {
        message_id: 'a1@sender.example',
        verdict: 'phishing',
        severity: 'high',
        minutes: 30.2,
        recipient: 'alex@example.com',
      },
    ])
    const before = mail.filter((found) => found !== gateway[0])
    expect(saved('Delivered by the gateway and convicted later', { events: before })).toEqual([])
  })

  it.each([...savedsearches.keys()])('%s is off, described and scheduled', (name) => {
    const settings = savedsearches.get(name)
    expect(name.startsWith('Mailtrail - ')).toBe(true)
    expect(settings?.get('disabled')).toBe('1')
    expect(settings?.get('enableSched')).toBe('1')
    expect(settings?.get('description')).toBeTruthy()
    expect(settings?.has('cron_schedule')).toBe(true)
  })

  it('each has a test here', () => {
    expect(savedsearches.size).toBe(7)
  })
})

describe('the searches of the add-on', () => {
  it('have macros that say what they are for', () => {
    expect([...macros].filter(([, settings]) => !settings.get('description')).map(([name]) => name)).toEqual(
      [],
    )
  })

  it.each([
    ['an unknown command', '| inputlookup mailtrail_ledger | outlier'],
    ['a lookup that does not exist', '| inputlookup mailtrail_leger'],
    ['tstats by a field that is not in the index', '| tstats count WHERE index=* BY message_id'],
    ['an unknown statistical function', 'index=* | stats median(x)'],
    ['sort without a limit', 'index=* | sort _time'],
    ['a macro with too few arguments', '`mailtrail_message`'],
  ])('%s is an error', (_, search) => {
    expect(() => find(search, { events: mail })).toThrow()
  })

  it('read the ledger through a lookup of the fields that the inputs write', () => {
    const fields = app.confs.transforms.get('mailtrail_ledger')?.get('fields_list')?.split(/, ?/)
    expect(fields).toEqual(
      '_key input stream unit from to state events unparsed bytes first_fetch last_fetch expires reason'.split(
        ' ',
      ),
    )
  })
})
