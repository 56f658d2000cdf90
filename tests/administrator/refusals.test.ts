import { createServer } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { registry } from '../../src/sources/index.ts'
import { EtdStandin } from '../standins/etd/etd.ts'
import { messageSeries } from '../standins/etd/messages.ts'
import { fillHours } from '../standins/etd/scenario.ts'
import { defaultSettings as etdDefaults } from '../standins/etd/settings.ts'
import { PangeaStandin } from '../standins/pangea/pangea.ts'
import { defaultSettings as tmesDefaults } from '../standins/tmes/settings.ts'
import { TmesStandin } from '../standins/tmes/tmes.ts'
import { Clock, hour, hourOf } from '../standins/vendor/clock.ts'
import type { Fault } from '../standins/vendor/faults.ts'
import { check } from './checking.ts'

const generous = { perSecond: 1e6, burst: 1e6, perDay: 1e6 }
const always = 1e6

describe('A vendor that refuses', () => {
  const etd = new EtdStandin({ settings: { limits: generous } })
  const tmes = new TmesStandin()
  const pangea = new PangeaStandin()
  beforeAll(async () => {
    await Promise.all([etd.start(), tmes.start(), pangea.start()])
    fillHours(etd, { hours: 5, records: 300 })
  })
  afterAll(() => Promise.all([etd.stop(), tmes.stop(), pangea.stop()]))
  beforeEach(() => {
    etd.api.faults.clear()
    etd.storage.faults.clear()
    tmes.api.faults.clear()
    pangea.server.faults.clear()
    Object.assign(etd.settings, etdDefaults(), { limits: generous })
    Object.assign(tmes.settings, tmesDefaults())
    Object.assign(pangea.settings, { refusal: undefined })
  })

  const right: Record<string, () => Record<string, string>> = {
    cisco_etd: () => ({
      base_url: etd.url,
      client_id: etd.credentials.clientId,
      client_secret: etd.credentials.clientSecret,
      api_key: etd.credentials.apiKey,
      requests_per_second: '100',
    }),
    trendmicro_email: () => ({
      base_url: tmes.url,
      username: tmes.credentials.username,
      api_key: tmes.credentials.apiKey,
    }),
    pangea_audit: () => ({ base_url: pangea.url, token: pangea.token }),
  }
  const checked = async (scheme: string, change: Record<string, string> = {}) => {
    const result = await check(scheme, { ...right[scheme]?.(), ...change })
    expect(result.tookMs).toBeLessThan(15_000)
    return result
  }
  const failing = (scheme: string, on: string, fault: Fault): void => {
    const server = { cisco_etd: etd.api, trendmicro_email: tmes.api, pangea_audit: pangea.server }[scheme]
    server?.faults.add({ on, fault, times: always })
  }
  const status = (code: number): Fault => ({ kind: 'status', status: code })

  it('does not refuse what is right, and every step is told', async () => {
    const { message, steps } = await checked('cisco_etd')
    expect(message).toBeUndefined()
    expect(steps).toEqual([
      'parameters',
      'name resolution',
      'connection',
      'credentials',
      'permission',
      'export of message',
      'export of audit',
      'one record',
    ])
    expect((await checked('trendmicro_email')).message).toBeUndefined()
    expect((await checked('pangea_audit')).message).toBeUndefined()
  })

  it.each(registry.map(({ definition }) => definition))(
    '$scheme proves what its definition says, in that order',
    async ({ scheme, checks }) => {
      const { steps } = await checked(scheme)
      const proven = steps.slice(steps.indexOf('connection') + 1)
      const stems = checks.map((name) => name.replace(/ of each log type$/, ''))
      const found = proven.map((step) => stems.find((stem) => step.startsWith(stem)))
      expect([...new Set(found.filter((stem) => stem !== undefined))]).toEqual(stems)
    },
  )

  it.each<[string, string, Record<string, string>, RegExp]>([
    [
      'client ID',
      'cisco_etd',
      { client_id: 'wrong' },
      /does not accept the credentials \(401.*Check client_id and client_secret/,
    ],
    [
      'client password',
      'cisco_etd',
      { client_secret: 'wrong' },
      /Check client_id and client_secret.*API Clients/,
    ],
    ['API key', 'cisco_etd', { api_key: 'wrong' }, /does not accept the API key \(403.*Check api_key/],
    ['user name', 'trendmicro_email', { username: 'wrong' }, /\(401.*Check username .*and api_key/],
    ['API key', 'trendmicro_email', { api_key: 'wrong' }, /\(401.*Check username .*and api_key/],
    ['token', 'pangea_audit', { token: 'wrong' }, /Unauthorized.*Check token/],
    ['configuration', 'pangea_audit', { config_id: 'pci_none' }, /config_id/],
  ])('a wrong %s of %s', async (_what, scheme, change, expected) => {
    expect((await checked(scheme, change)).message).toMatch(expected)
  })

  it.each<[string, string, Fault, RegExp]>([
    ['cisco_etd', 'token', status(404), /no token service at .*Check region or base_url/],
    ['cisco_etd', 'token', status(429), /429.*rate limit or the daily quota is used up/],
    ['cisco_etd', 'token', status(500), /gives no token for now: 500/],
    [
      'cisco_etd',
      'token',
      { kind: 'body', body: 'html' },
      /answered 200 to the request for a token, but without one/,
    ],
    ['cisco_etd', 'links', status(403), /403.*Check api_key, and that the API client may export logs/],
    ['cisco_etd', 'links', status(401), /does not take a token that it has just given/],
    ['cisco_etd', 'links', status(429), /429.*rate limit or the daily quota/],
    ['cisco_etd', 'links', status(503), /503.*asked again/],
    ['cisco_etd', 'links', { kind: 'reset' }, /the connection was cut off/],
    ['trendmicro_email', 'page', status(400), /400.*Check domain and direction/],
    ['trendmicro_email', 'page', status(500), /500/],
    ['trendmicro_email', 'page', { kind: 'body', body: 'html' }, /answered 200, but not with a page of logs/],
    ['trendmicro_email', 'page', { kind: 'hang' }, /no answer within|did not end within/],
  ])(
    '%s, when asked for a %s: %o',
    async (scheme, on, fault, expected) => {
      failing(scheme, on, fault)
      expect((await checked(scheme)).message).toMatch(expected)
    },
    40_000,
  )

  it('says that Log Retrieval is switched off', async () => {
    tmes.settings.logRetrieval = false
    expect((await checked('trendmicro_email')).message).toMatch(
      /404.*Switch on Log Retrieval under Administration > Service Integration > API Access/,
    )
  })

  it('says that the account may not read logs', async () => {
    tmes.settings.authorised = false
    expect((await checked('trendmicro_email')).message).toMatch(/403.*may not read logs; check its role/)
  })

  it.each(['missing', 'error'] as const)(
    'says that the export is off, when Cisco answers: %s',
    async (how) => {
      Object.assign(etd.settings, { enabledTypes: ['message'], disabledType: how })
      const { message } = await checked('cisco_etd')
      expect(message).toMatch(how === 'missing' ? /no audit logs.*Export Log Preferences/ : /audit/)
    },
  )

  it('says that the object storage cannot be reached', async () => {
    etd.storage.faults.add({ fault: { kind: 'reset' }, times: always })
    expect((await checked('cisco_etd')).message).toMatch(/downloading .* the connection was cut off/)
  })

  it('does not take a server that is no vendor for one', async () => {
    const silent = createServer((socket) => socket.end('SSH-2.0-example\r\n'))
    await new Promise<void>((resolve) => {
      silent.listen(0, '127.0.0.1', resolve)
    })
    const address = silent.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const { message } = await checked('trendmicro_email', { base_url: `https://127.0.0.1:${port}` })
    expect(message).toMatch(/agreeing on TLS.*(check region or base_url|cut off)/)
    silent.close()
  })

  it('says that a name is not known', async () => {
    const { message } = await checked('cisco_etd', { base_url: 'https://no-such-host.invalid' })
    expect(message).toMatch(
      /no-such-host\.invalid: (the name is not known to DNS; check region or base_url|DNS does not answer)/,
    )
  })
})

describe('A quiet tenant of Cisco ETD', () => {
  const now = Date.parse('2026-03-10T12:34:56Z')
  const quiet = async (settings: Partial<ReturnType<typeof etdDefaults>>) => {
    const etd = new EtdStandin({ clock: Clock.frozen(now), settings: { limits: generous, ...settings } })
    await etd.start()
    const start = hourOf(now) - 30 * hour
    etd.addObject({
      type: 'message',
      hour: start,
      records: messageSeries({ seed: 1, count: 3, hour: start, tenant: etd.tenant }),
      appearsAt: start + hour,
    })
    const { clientId, clientSecret, apiKey } = etd.credentials
    const result = await check('cisco_etd', {
      base_url: etd.url,
      client_id: clientId,
      client_secret: clientSecret,
      api_key: apiKey,
      requests_per_second: '100',
    })
    await etd.stop()
    return result.message
  }

  it('is not refused, when its answers name types without files', async () => {
    expect(await quiet({ noObjects: 'empty' })).toBeUndefined()
  })

  it('is refused by what no answer of a day names, and told what else it may be', async () => {
    expect(await quiet({ noObjects: 'missing' })).toMatch(/no message logs: none of the last/)
  })
})
