import { describe, expect, it } from 'vitest'
import type { Fields } from './eval/value.ts'
import { app, event, gateway, ledger, log, mail, now, path, saved, savedsearches } from './search/morning.ts'
import { searchTime } from './search-time.ts'

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
