import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { etdInput, startTenant } from '../scenarios/etd/tenant.ts'
import { appId, Stage } from '../scenarios/harness.ts'
import type { EtdStandin } from '../standins/etd/etd.ts'
import { fillHours } from '../standins/etd/scenario.ts'
import { type ClientAnswer, call } from '../standins/splunkd/client.ts'
import { hour } from '../standins/vendor/clock.ts'

const collection = '/servicesNS/nobody/TA-mailtrail/data/inputs/cisco_etd'
const mask = '********'

describe("The administrator's path, as Splunk Web walks it over REST", () => {
  let stage: Stage
  let etd: EtdStandin
  let form: Record<string, string>
  beforeAll(async () => {
    stage = await Stage.open({ events: { keep: true } })
    etd = await startTenant()
    fillHours(etd, { hours: 3, records: 120 })
    const { settings, secrets } = etdInput(etd, { start_time: '-4h', interval: '0' })
    form = { ...settings, ...secrets }
  })
  afterAll(async () => {
    await stage?.close()
    await etd?.stop()
  })

  const post = (path: string, fields: Record<string, string> = {}): Promise<ClientAnswer> =>
    call(stage.splunkd, 'POST', `${path}?output_mode=json`, { form: fields })
  const stanza = () => stage.splunkd.inputs.stanza('cisco_etd://mail').settings
  const stored = () =>
    Object.fromEntries(
      stage.splunkd.passwords.seenFrom(appId).map(({ username, password }) => [username, password]),
    )
  const events = () => stage.splunkd.events.total
  const writesByRuns = () =>
    stage.splunkd.requests.filter(
      ({ method, path, body }) =>
        method === 'POST' && path.includes('/data/inputs/') && body.includes('client_secret=********'),
    ).length

  it('finds the form and the input type', async () => {
    const answer = await call(
      stage.splunkd,
      'GET',
      '/services/data/modular-inputs/cisco_etd?output_mode=json',
    )
    expect(answer.status).toBe(200)
    expect(answer.text).toMatch(/Cisco Secure Email Threat Defense/)
  })

  it.each<[string, Record<string, string>, RegExp]>([
    ['without a client ID', { client_id: '' }, /client_id/],
    [
      'with a look-back in words',
      { lookback_hours: 'six' },
      /lookback_hours must be a whole number from 1 to 72/,
    ],
    ['with a wrong client password', { client_secret: 'wrong' }, /Check client_id and client_secret/],
    ['with a wrong API key', { api_key: 'wrong' }, /Check api_key/],
  ])('is told at once what is wrong: %s', async (_what, change, expected) => {
    const answer = await post(collection, { name: 'mail', ...form, ...change })
    expect(answer.status).toBe(400)
    expect(answer.text).toMatch(expected)
    expect(stage.splunkd.inputs.has('cisco_etd://mail')).toBe(false)
    expect(stored()).toEqual({})
  })

  it('saves what is right', async () => {
    expect((await post(collection, { name: 'mail', ...form })).status).toBe(201)
  })

  it('sees the secrets masked and the data come in', async () => {
    stage.splunkd.startInputs()
    await expect.poll(() => stanza().get('client_secret'), { timeout: 60_000 }).toBe(mask)
    await expect.poll(() => events(), { timeout: 60_000 }).toBeGreaterThanOrEqual(120)
    expect(stored()).toEqual({
      'mail:client_secret': form.client_secret,
      'mail:api_key': form.api_key,
    })
    expect(stanza().get('client_id')).toBe(form.client_id)
    expect(writesByRuns()).toBe(1)
  })

  it('edits one field: the form sends the masks back, and they stand for what is stored', async () => {
    const fields = { lookback_hours: '12', client_secret: mask, api_key: mask }
    expect((await post(`${collection}/mail`, fields)).status).toBe(200)
    expect(stanza().get('lookback_hours')).toBe('12')
    expect(stanza().get('api_key')).toBe(mask)
    expect(stored()['mail:api_key']).toBe(form.api_key)
  })

  it('is told that a new key is wrong, and keeps the old one', async () => {
    const answer = await post(`${collection}/mail`, { api_key: 'mistyped' })
    expect(answer.status).toBe(400)
    expect(answer.text).toMatch(/Check api_key/)
    expect(stanza().get('api_key')).toBe(mask)
    expect(stored()['mail:api_key']).toBe(form.api_key)
  })

  it('rotates a key', async () => {
    stage.splunkd.passwords.change(appId, `${appId}\\:cisco_etd:mail\\:api_key:`, 'the old key')
    expect((await post(`${collection}/mail`, { api_key: form.api_key ?? '' })).status).toBe(200)
    await expect.poll(() => stored()['mail:api_key'], { timeout: 60_000 }).toBe(form.api_key)
    await expect.poll(() => stanza().get('api_key'), { timeout: 60_000 }).toBe(mask)
  })

  it('goes on without repeating anything', async () => {
    const before = events()
    etd.clock.advance(hour)
    fillHours(etd, { hours: 1, records: 30, seed: 9 })
    await expect.poll(() => events(), { timeout: 60_000 }).toBeGreaterThanOrEqual(before + 30)
    const ids = stage.splunkd.events.events.map(({ data }) => /"id":"([0-9a-f]+)"/.exec(data.toString())?.[1])
    expect(new Set(ids).size).toBe(ids.length)
    expect(stage.splunkd.events.violations).toEqual([])
  })

  it('disables the input: its process ends, and none follows', async () => {
    expect((await post(`${collection}/mail/disable`)).status).toBe(200)
    await expect.poll(() => stage.splunkd.running.size, { timeout: 60_000 }).toBe(0)
    const asked = etd.api.requests.count('links')
    expect((await call(stage.splunkd, 'GET', `${collection}/mail?output_mode=json`)).text).toMatch(
      /"disabled":\s*(true|"1")/,
    )
    expect(etd.api.requests.count('links')).toBe(asked)
  })

  it('deletes the input', async () => {
    expect((await call(stage.splunkd, 'DELETE', `${collection}/mail?output_mode=json`)).status).toBe(200)
    expect(stage.splunkd.inputs.has('cisco_etd://mail')).toBe(false)
  })
})
