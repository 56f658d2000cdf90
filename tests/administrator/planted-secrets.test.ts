import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { appId, Stage, type StagedSettings, unmistakable } from '../scenarios/harness.ts'
import { EtdStandin } from '../standins/etd/etd.ts'
import { fillHours } from '../standins/etd/scenario.ts'
import { fillLog } from '../standins/pangea/fill.ts'
import { PangeaStandin } from '../standins/pangea/pangea.ts'
import { ProxyStandin } from '../standins/proxy.ts'
import { fillTraffic } from '../standins/tmes/scenario.ts'
import { TmesStandin } from '../standins/tmes/tmes.ts'
import { hour } from '../standins/vendor/clock.ts'
import { mailtrail } from './command-line.ts'

const generous = { perSecond: 1e6, burst: 1e6, perDay: 1e6 }
const planted = {
  clientSecret: unmistakable(),
  etdKey: unmistakable(),
  tmesKey: unmistakable(),
  token: unmistakable(),
  proxyPassword: unmistakable(),
  wrong: unmistakable(),
}

describe('Secrets, with DEBUG on', () => {
  const etd = new EtdStandin({
    credentials: { clientId: 'client', clientSecret: planted.clientSecret, apiKey: planted.etdKey },
    settings: { limits: generous },
  })
  const tmes = new TmesStandin({ credentials: { username: 'login', apiKey: planted.tmesKey } })
  const pangea = new PangeaStandin({ token: planted.token })
  const proxy = new ProxyStandin({ user: 'collector', password: planted.proxyPassword })
  /** Everything that left a process, and everything that was kept. */
  const seen: { where: string; text: string }[] = []
  const see = (where: string, text: string): number => seen.push({ where, text })
  let stage: Stage

  const inputs: Record<string, () => StagedSettings> = {
    cisco_etd: () => ({
      scheme: 'cisco_etd',
      settings: { base_url: etd.url, client_id: 'client', requests_per_second: '1000', ...common() },
      secrets: { client_secret: planted.clientSecret, api_key: planted.etdKey, ...proxySecret },
    }),
    trendmicro_email: () => ({
      scheme: 'trendmicro_email',
      settings: { base_url: tmes.url, username: 'login', ...common() },
      secrets: { api_key: planted.tmesKey, ...proxySecret },
    }),
    pangea_audit: () => ({
      scheme: 'pangea_audit',
      settings: { base_url: pangea.url, ...common() },
      secrets: { token: planted.token, ...proxySecret },
    }),
  }
  const common = () => ({
    start_time: '-4h',
    log_level: 'DEBUG',
    proxy_url: proxy.url,
    proxy_username: 'collector',
  })
  const proxySecret = { proxy_password: planted.proxyPassword }

  /** Looks at the arguments of every process for as long as a run goes on. */
  async function pass(input: ReturnType<Stage['input']>): Promise<number | null> {
    const result = await input.pass({
      onStdoutChunk: (chunk, run) => {
        see('stdout', Buffer.from(chunk).toString('utf8'))
        see('argv', readFileSync(`/proc/${run.pid}/cmdline`, 'utf8'))
        see('environment', readFileSync(`/proc/${run.pid}/environ`, 'utf8'))
      },
    })
    see('stderr', result.stderr.join('\n'))
    return result.exitCode
  }

  beforeAll(async () => {
    await Promise.all([etd.start(), tmes.start(), pangea.start(), proxy.start()])
    fillHours(etd, { hours: 3, records: 200 })
    fillTraffic(tmes, { hours: 3, records: 200 })
    fillLog(pangea.log, { seed: 1, from: Date.now() - 3 * hour, to: Date.now() - hour / 2, records: 200 })
    stage = await Stage.open()
    for (const staged of Object.values(inputs)) await everyKindOfRun(staged())
    await refusals()
    const logs = join(stage.splunkd.home, 'var/log/splunk')
    for (const name of readdirSync(logs)) see(name, readFileSync(join(logs, name), 'utf8'))
    for (const name of ['checkpoints', 'ledger', 'leases', 'quota']) {
      see(`mailtrail_${name}`, JSON.stringify(stage.splunkd.kv.collection(appId, `mailtrail_${name}`).all()))
    }
  }, 120_000)
  afterAll(async () => {
    await stage?.close()
    await Promise.all([etd.stop(), tmes.stop(), pangea.stop(), proxy.stop()])
  })

  async function everyKindOfRun(staged: StagedSettings): Promise<void> {
    const { scheme } = staged
    const input = stage.input(staged, { inClearText: true })
    see(
      'validation',
      String(await stage.splunkd.validate(scheme, 'new', { ...staged.settings, ...staged.secrets })),
    )
    expect(await pass(input), scheme).toBe(0)
    expect(await pass(input), scheme).toBe(0)
    for (const args of [
      ['check', input.stanza],
      ['status'],
      ['replay', input.stanza, '--from', '-3h', '--to', '-2h'],
    ]) {
      const { stdout, stderr } = await mailtrail(stage, args)
      see(`mailtrail ${args[0]}`, stdout + stderr)
    }
    expect(await pass(input), scheme).toBe(0)
  }

  /** Every secret in its turn is another than the vendor's, the storage refuses, and answers break off. */
  async function refusals(): Promise<void> {
    for (const staged of Object.values(inputs).map((make) => make())) {
      for (const secret of Object.keys(staged.secrets)) {
        const wrong = { ...staged, secrets: { ...staged.secrets, [secret]: planted.wrong } }
        see(
          'refused',
          String(await stage.splunkd.validate(staged.scheme, 'new', { ...wrong.settings, ...wrong.secrets })),
        )
        await pass(stage.input(wrong))
      }
    }
    const misplaced = { base_url: `https://me:${planted.wrong}@api.example.com` }
    see(
      'misplaced',
      String(
        await stage.splunkd.validate('cisco_etd', 'new', { ...inputs.cisco_etd?.().settings, ...misplaced }),
      ),
    )
    etd.storage.faults.add({
      fault: [{ kind: 'status', status: 403 }, { kind: 'status', status: 500 }, { kind: 'reset' }],
      times: 2,
    })
    etd.api.faults.add({ on: 'links', fault: { kind: 'reset' }, times: 1 })
    const staged = inputs.cisco_etd?.()
    if (staged !== undefined) await pass(stage.input(staged))
  }

  it('went through runs that worked and runs that did not', () => {
    const text = (where: string) =>
      seen
        .filter((each) => each.where === where)
        .map((each) => each.text)
        .join('\n')
    expect(text('ta_mailtrail_cisco_etd.log')).toMatch(/log_level=DEBUG/)
    expect(text('ta_mailtrail_cisco_etd.log')).toMatch(/log_level=ERROR .*exc_l="Authentication Error"/)
    expect(text('refused')).toMatch(/Check client_id and client_secret/)
    expect(text('misplaced')).toMatch(/must not hold a user name or password/)
    expect(text('argv')).toMatch(/main\.cjs/)
    expect(text('mailtrail_ledger').length).toBeGreaterThan(1_000)
    expect(etd.storage.requests.count('object')).toBeGreaterThan(10)
  })

  it.each(Object.entries(planted))('%s is found nowhere', (_name, secret) => {
    const forms = [secret, Buffer.from(secret).toString('base64').slice(0, -4), encodeURIComponent(secret)]
    const places = seen.filter(({ text }) => forms.some((form) => text.includes(form)))
    expect(places.map(({ where }) => where)).toEqual([])
  })

  it('tokens, presigned queries, session keys and Basic headers are found nowhere', () => {
    const pairs = [
      `client:${planted.clientSecret}`,
      `login:${planted.tmesKey}`,
      `collector:${planted.proxyPassword}`,
    ].map((pair) => Buffer.from(pair).toString('base64'))
    const patterns = [
      /X-Amz-(Signature|Credential|Security-Token)/i,
      /Bearer\s+\S/i,
      /eyJ[\w-]{8,}\.[\w-]+\./,
      /Basic [A-Za-z0-9+/]{8}/,
    ]
    for (const { where, text } of seen) {
      // What the vendor's records hold is the vendor's; stdout is looked at for planted secrets above.
      if (where === 'stdout') continue
      for (const pair of pairs) expect(text.includes(pair), where).toBe(false)
      for (const pattern of patterns) expect(text, where).not.toMatch(pattern)
    }
  })
})
