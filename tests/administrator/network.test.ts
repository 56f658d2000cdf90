import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Stage, unmistakable } from '../scenarios/harness.ts'
import { ProxyStandin } from '../standins/proxy.ts'
import { Tinyproxy, tinyproxyInstalled } from '../standins/tinyproxy.ts'
import { fillTraffic } from '../standins/tmes/scenario.ts'
import { TmesStandin } from '../standins/tmes/tmes.ts'
import { check } from './checking.ts'
import { PrivateRoot } from './openssl.ts'

const user = 'dömain\\user name'
const password = 'p@ss:w%rd/"\'#?&+ §ß'

describe('The way to the vendor', () => {
  const root = new PrivateRoot('Example Corp Inspection Root')
  const tmes = new TmesStandin({ tls: root.issue() })
  const open = new ProxyStandin()
  const guarded = new ProxyStandin({ user, password })
  const overTls = new ProxyStandin({ user, password, tls: root.issue() })
  const forbidding = new ProxyStandin({ refuseWith: 403 })
  const cutOff = new ProxyStandin({ refuseWith: 503 })
  const proxies = [open, guarded, overTls, forbidding, cutOff]
  beforeAll(() => Promise.all([tmes.start(), ...proxies.map((proxy) => proxy.start())]))
  afterAll(async () => {
    await Promise.all([tmes.stop(), ...proxies.map((proxy) => proxy.stop())])
    root.remove()
  })

  const tried = (change: Record<string, string>, noProxy?: string) =>
    check(
      'trendmicro_email',
      {
        base_url: tmes.url,
        username: tmes.credentials.username,
        api_key: tmes.credentials.apiKey,
        ca_file: root.file,
        ...change,
      },
      noProxy === undefined ? {} : { noProxy },
    )

  it('trusts a private root that ca_file names', async () => {
    const { message, steps } = await tried({})
    expect(message).toBeUndefined()
    expect(steps).toContain('TLS')
  })

  it('names the issuer that nobody knows, and what ca_file is for', async () => {
    const { message } = await tried({ ca_file: '' })
    expect(message).toMatch(
      /issuer that this host does not know, issued by "Example Corp Inspection Root, Example Corp"/,
    )
    expect(message).toMatch(
      /put the inspecting proxy's root certificate into a PEM file and name that file in ca_file/,
    )
  })

  it('sends nothing to a server whose issuer nobody knows', async () => {
    const before = tmes.api.requests.count('page')
    await tried({ ca_file: '' })
    expect(tmes.api.requests.count('page')).toBe(before)
  })

  it.each<[string, string | undefined, RegExp]>([
    ['for another host', 'DNS:other.example.com', /certificate is for another host/],
    ['that has expired', undefined, /certificate has expired/],
  ])('refuses a certificate %s', async (_what, names, expected) => {
    const certificate = names === undefined ? root.issue(undefined, '-1') : root.issue(names)
    const other = new TmesStandin({ tls: certificate })
    await other.start()
    expect((await tried({ base_url: other.url })).message).toMatch(expected)
    await other.stop()
  })

  it('goes through an http:// proxy, with ca_file for the vendor behind it', async () => {
    const { message, steps } = await tried({ proxy_url: open.url })
    expect(message).toBeUndefined()
    expect(steps).toContain('proxy')
    expect(open.tunnels.length).toBeGreaterThan(1)
  })

  it.each([
    ['http://', guarded],
    ['https://', overTls],
  ])('signs in to an %s proxy with any signs in name and password', async (_what, proxy) => {
    const right = { proxy_url: proxy.url, proxy_username: user, proxy_password: password }
    expect((await tried(right)).message).toBeUndefined()
    for (const wrong of [{ ...right, proxy_password: 'wrong' }, { proxy_url: proxy.url }]) {
      expect((await tried(wrong)).message).toMatch(
        /proxy 127.*\(407\); check proxy_username and proxy_password/,
      )
    }
  })

  it('says which certificate of an https:// proxy is not known', async () => {
    const { message } = await tried({
      proxy_url: overTls.url,
      proxy_username: user,
      proxy_password: password,
      ca_file: '',
    })
    expect(message).toMatch(/connecting to the proxy.*issuer that this host does not know.*ca_file/)
  })

  it("does not take the proxy's refusal for the vendor's", async () => {
    expect((await tried({ proxy_url: forbidding.url })).message).toMatch(
      /proxy .* does not allow connections to 127.* \(403\); have it allowed there/,
    )
    expect((await tried({ proxy_url: cutOff.url })).message).toMatch(
      /proxy .* cannot connect to 127.* \(503\)/,
    )
  })

  it('says that the proxy is not there, or none', async () => {
    expect((await tried({ proxy_url: 'http://127.0.0.1:9' })).message).toMatch(
      /connecting to the proxy: 127.0.0.1:9: the connection is refused; check proxy_url/,
    )
    expect((await tried({ proxy_url: 'http://no-such-proxy.invalid:3128' })).message).toMatch(
      /connecting to the proxy: no-such-proxy.invalid:3128: .*DNS/,
    )
    expect((await tried({ proxy_url: tmes.url.replace('https', 'http') })).message).toMatch(/proxy/)
  })

  it('leaves the proxy out for hosts that NO_PROXY names', async () => {
    const asked = forbidding.tunnels.length
    for (const list of [
      '127.0.0.1',
      'example.com, 127.0.0.0/8',
      '*',
      `127.0.0.1:${new URL(tmes.url).port}`,
    ]) {
      expect((await tried({ proxy_url: forbidding.url }, list)).message).toBeUndefined()
    }
    expect(forbidding.tunnels.length).toBe(asked)
    expect(
      (await tried({ proxy_url: forbidding.url }, '10.0.0.0/8 .example.com 127.0.0.1:1')).message,
    ).toMatch(/403/)
  })
})

describe('A run behind tinyproxy', () => {
  // On a machine that must have it, a missing proxy is a failure; elsewhere the reason is shown.
  const absent = !tinyproxyInstalled() && process.env.CI === undefined
  if (absent)
    console.warn('tinyproxy is not installed (apt-get install tinyproxy-bin): its tests are left out.')
  const root = new PrivateRoot('Example Corp Root')
  const tmes = new TmesStandin({ tls: root.issue() })
  const proxy = new Tinyproxy()
  const secret = unmistakable()
  let stage: Stage
  beforeAll(async () => {
    if (absent) return
    expect(
      tinyproxyInstalled(),
      'tinyproxy must be installed where CI is set: apt-get install tinyproxy-bin',
    ).toBe(true)
    fillTraffic(tmes, { hours: 3, records: 1_200 })
    await Promise.all([tmes.start(), proxy.start('collector', secret)])
    stage = await Stage.open()
  })
  afterAll(async () => {
    proxy.stop()
    root.remove()
    await stage?.close()
    await tmes.stop()
  })

  const staged = (proxyPassword: string) =>
    stage.input({
      scheme: 'trendmicro_email',
      settings: {
        base_url: tmes.url,
        username: tmes.credentials.username,
        start_time: '-4h',
        ca_file: root.file,
        proxy_url: proxy.url,
        proxy_username: 'collector',
      },
      secrets: { api_key: tmes.credentials.apiKey, proxy_password: proxyPassword },
    })

  it.skipIf(absent)('collects everything through it, and reaches splunkd without it', async () => {
    const input = staged(secret)
    const { exitCode, stderr } = await input.pass()
    expect(stderr.filter((line) => line.startsWith('ERROR'))).toEqual([])
    expect(exitCode).toBe(0)
    expect(input.received.length).toBeGreaterThanOrEqual(1_000)
    expect(proxy.log).toContain(`CONNECT 127.0.0.1:${new URL(tmes.url).port}`)
    expect(proxy.log).not.toContain(new URL(stage.splunkd.uri).port)
  })

  it.skipIf(absent)('ends with exit code 1 and the fix, when it does not let it in', async () => {
    const { exitCode, stderr } = await staged('wrong').pass()
    expect(exitCode).toBe(1)
    expect(stderr.join('\n')).toMatch(
      /ERROR The proxy .*\((407|401)\); check proxy_username and proxy_password/,
    )
  })
})
