import { describe, expect, it } from 'vitest'
import {
  app,
  convicted,
  created,
  etd,
  event,
  find,
  instant,
  ledger,
  log,
  macros,
  mail,
  path,
  row,
} from './search/morning.ts'

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
      tenant: 't',
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

  it('mailtrail_completeness keeps vendors apart whose inputs and streams have the same names', () => {
    const pangea = row({ scheme: 'pangea_audit', input: 'prod', stream: 'audit', unit: '2026-03-02T06' })
    const rows = find('| `mailtrail_completeness`', { lookups: { mailtrail_ledger: [...ledger, pangea] } })
    const audit = rows.filter(({ stream }) => stream === 'audit')
    expect(audit.map(({ tenant, units }) => [tenant, units])).toEqual([
      ['t', 2],
      ['prod', 1],
    ])
  })

  it('mailtrail_input_tenant gives units that name no tenant that of their input, else the input itself', () => {
    const unit = (scheme: string, input: string, name: string) => row({ scheme, input, unit: name })
    const rows = [
      unit('cisco_etd', 'prod', path),
      unit('cisco_etd', 'prod', '2026-03-02T07'),
      unit('cisco_etd', 'branch', path.replace('=t/', '=other/')),
      unit('cisco_etd', 'new', '2026-03-02T07'),
      unit('trendmicro_email', 'prod', '2026-03-02T06:00:00Z'),
    ]
    expect(
      find('| inputlookup l | `mailtrail_input_tenant`', { lookups: { l: rows } }).map(
        ({ tenant }) => tenant,
      ),
    ).toEqual(['t', 't', 'other', 'new', 'prod'])
  })

  it('mailtrail_input_tenant knows both tenants of an input that was moved from one to the other', () => {
    const units = [path, path.replace('=t/', '=other/'), '2026-03-02T07']
    const rows = units.map((unit) => row({ scheme: 'cisco_etd', input: 'prod', unit }))
    expect(
      find('| inputlookup l | `mailtrail_input_tenant`', { lookups: { l: rows } }).map(
        ({ tenant }) => tenant,
      ),
    ).toEqual(['t', 'other', ['other', 't']])
  })

  it('mailtrail_tenant names the tenants of events as the ledger does', () => {
    const from = (sourcetype: string, source: string, stream: string) =>
      event(sourcetype, '2026-03-02T06:10:00Z', { message: { tenantId: 't' } }, { source, stream })
    const events = [
      from('cisco:etd:message', `etd:${path}`, 'message'),
      from('cisco:etd:audit', `etd:${path}`, 'audit'),
      from('cisco:etd:message', `etd:bucket/${path}`, 'message'),
      from('cisco:etd:message', 'etd:elsewhere/a.jsonl', 'message'),
      from('trendmicro:email:tracking', 'tmes:accepted_traffic/2026-03-02T06', 'accepted_traffic'),
      from('pangea:audit', 'pangea:2026-03-02T06', 'audit'),
    ]
    expect(find('index=mail | `mailtrail_tenant`', { events }).map(({ tenant }) => tenant)).toEqual([
      't',
      't',
      't',
      'prod',
      'prod',
      'prod',
    ])
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
    ['an unknown statistical function', 'index=* | stats unheardof(x)'],
    ['sort without a limit', 'index=* | sort _time'],
    ['a macro with too few arguments', '`mailtrail_message`'],
  ])('%s is an error', (_, search) => {
    expect(() => find(search, { events: mail })).toThrow()
  })

  it('read the ledger through a lookup of the fields that the inputs write', () => {
    const fields = app.confs.transforms.get('mailtrail_ledger')?.get('fields_list')?.split(/, ?/)
    expect(fields).toEqual(
      '_key scheme input stream unit from to state events unparsed bytes first_fetch last_fetch expires reason'.split(
        ' ',
      ),
    )
  })
})
