import { expect, test } from 'vitest'
import type { LedgerRow, LogLine } from '../../src/setup-page/activity.ts'
import { definitions } from '../../src/setup-page/definitions.ts'
import { type Activity, standingOf } from '../../src/setup-page/standing.ts'
import type { Stanza } from '../../src/setup-page/stanza.ts'

const [definition = expect.fail('no definition')] = definitions
const now = Date.parse('2026-11-22T12:00:00Z')
const midnight = Date.parse('2026-11-22T00:00:00Z')

const stanza = (disabled = false): Stanza => ({
  definition,
  name: 'mail',
  app: 'TA-mailtrail',
  disabled,
  settings: new Map(),
})

const row = (fields: Partial<LedgerRow>): LedgerRow => ({
  scheme: definition.scheme,
  input: 'mail',
  stream: 'message',
  to: '2026-11-22T11:00:00.000Z',
  state: 'complete',
  events: 10,
  last_fetch: '2026-11-22T11:30:00.000Z',
  reason: '',
  ...fields,
})

const line = (action: string, level: string, time: string, message = ''): LogLine => ({
  modular_input_name: `${definition.scheme}://mail`,
  action,
  log_level: level,
  time: Date.parse(time) / 1000,
  message,
})

const standing = (activity: Partial<Activity>, disabled = false) =>
  standingOf(stanza(disabled), { ledger: [], log: [], midnight, now, ...activity })

test('an input that never ran waits; a disabled one is disabled whatever it did', () => {
  expect(standing({}).state).toBe('waiting')
  expect(standing({ log: [line('ended', 'ERROR', '2026-11-22T11:00:00Z', 'x')] }, true).state).toBe(
    'disabled',
  )
})

test('a run that began and has not ended is running', () => {
  const log = [line('ended', 'INFO', '2026-11-22T11:00:00Z'), line('started', 'INFO', '2026-11-22T11:05:00Z')]
  expect(standing({ log })).toMatchObject({ state: 'running', lastRun: Date.parse('2026-11-22T11:05:00Z') })
})

test('the last error counts until a run ends without one', () => {
  const failed = line('ended', 'ERROR', '2026-11-22T11:00:00Z', 'Check api_key.')
  expect(standing({ log: [failed] })).toMatchObject({
    state: 'failing',
    error: { message: 'Check api_key.', isOver: false },
  })
  const fine = line('ended', 'INFO', '2026-11-22T11:05:00Z')
  expect(standing({ log: [failed, fine] })).toMatchObject({ state: 'working', error: { isOver: true } })
})

test('lag is that of the stream furthest behind; an open unit counts up to its last fetch', () => {
  const ledger = [
    row({}),
    row({ to: '2026-11-22T13:00:00.000Z', state: 'open', last_fetch: '2026-11-22T11:58:00.000Z' }),
    row({ stream: 'audit', to: '2026-11-22T10:00:00.000Z' }),
  ]
  expect(standing({ ledger: ledger.slice(0, 2) }).lag).toBe(120_000)
  expect(standing({ ledger }).lag).toBe(2 * 3_600_000)
})

test('units are told apart: open, to be fetched again, lost; other inputs do not count', () => {
  const ledger = [
    row({ state: 'open' }),
    row({ state: 'failed', reason: 'The vendor answered 500.' }),
    row({ state: 'replay' }),
    row({ state: 'gap', to: '2026-11-21T00:00:00.000Z', reason: 'older' }),
    row({ state: 'truncated', to: '2026-11-20T00:00:00.000Z' }),
    row({ state: 'failed', input: 'another' }),
  ]
  expect(standing({ ledger })).toMatchObject({
    open: 1,
    pending: 2,
    lost: 2,
    reason: 'The vendor answered 500.',
  })
})

test('records of today are those of units that were fetched today', () => {
  const ledger = [row({ events: 7 }), row({ events: 5, last_fetch: '2026-11-21T23:59:59.999Z' })]
  expect(standing({ ledger }).recordsToday).toBe(7)
})

test('what could not be read is not known, which is not zero', () => {
  expect(standing({ ledger: undefined, log: undefined })).toMatchObject({
    state: 'unknown',
    lag: undefined,
    recordsToday: undefined,
    lost: undefined,
  })
})
