import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { etdInput, generous, startTenant } from '../scenarios/etd/tenant.ts'
import { appId, Stage, type StagedInput } from '../scenarios/harness.ts'
import { EtdStandin } from '../standins/etd/etd.ts'
import { fillHours } from '../standins/etd/scenario.ts'
import {
  answerLost,
  forbidden,
  inputRequests,
  kvInitializing,
  only,
  passwordRequests,
} from '../standins/splunkd/rest/faults.ts'

const mask = '********'
const secrets = ['client_secret', 'api_key'] as const

describe('The secrets of an input', () => {
  let stage: Stage
  let etd: EtdStandin
  let since = 0
  const records = 40

  beforeAll(async () => {
    stage = await Stage.open()
    etd = await startTenant()
    fillHours(etd, { hours: 2, records })
  })
  afterAll(async () => {
    await stage?.close()
    await etd?.stop()
  })
  beforeEach(() => {
    stage.splunkd.faults.clear()
    stage.splunkd.passwords.masked = false
    since = stage.splunkd.requests.length
  })

  const fresh = (options: { inClearText?: boolean; name?: string } = { inClearText: true }): StagedInput =>
    stage.input(etdInput(etd, { start_time: '-3h' }), options)
  const inStanza = (input: StagedInput, name: string) =>
    stage.splunkd.inputs.stanza(input.stanza).settings.get(name)
  const stored = (input: StagedInput) =>
    stage.splunkd.passwords
      .seenFrom(appId)
      .filter(({ username }) => username.startsWith(`${input.name}:`))
      .map(({ realm, username, password }) => ({ realm, username, password }))
  const asked = () => stage.splunkd.requests.slice(since)
  const stanzaWrites = () =>
    asked().filter(({ method, path }) => method === 'POST' && path.includes('/data/inputs/')).length
  const vendorCalls = () => etd.api.requests.count('token') + etd.api.requests.count('links')

  it('are stored and masked once, in one write, before any call to the vendor', async () => {
    const input = fresh()
    let callsAtMasking: number | undefined
    const before = vendorCalls()
    stage.splunkd.faults.next(only('POST', inputRequests), {
      before: () => {
        callsAtMasking = vendorCalls() - before
        expect(stored(input)).toHaveLength(2)
      },
    })
    expect((await input.pass()).exitCode).toBe(0)
    // splunkd has the settings checked before it takes them: the vendor's only calls until then.
    expect(callsAtMasking).toBe(0)
    expect(stored(input)).toEqual([
      {
        realm: `${appId}:cisco_etd`,
        username: `${input.name}:client_secret`,
        password: etd.credentials.clientSecret,
      },
      { realm: `${appId}:cisco_etd`, username: `${input.name}:api_key`, password: etd.credentials.apiKey },
    ])
    for (const name of secrets) expect(inStanza(input, name)).toBe(mask)
    expect(inStanza(input, 'client_id')).toBe(etd.credentials.clientId)
    expect(stanzaWrites()).toBe(1)
    expect(input.received.length).toBeGreaterThanOrEqual(records)
    await input.pass()
    expect(stanzaWrites()).toBe(1)
  })

  it.each([
    ['plain:and/slashed\\back', 'with the signs that names are made of'],
    ['Zürich – почта 邮件 %41+&', 'in any script'],
  ])('are found under the name %s', async (name) => {
    const input = fresh({ inClearText: true, name })
    expect((await input.pass()).exitCode).toBe(0)
    expect(stored(input).map(({ username }) => username)).toEqual(
      secrets.map((secret) => `${name}:${secret}`),
    )
    expect(inStanza(input, 'api_key')).toBe(mask)
    expect(input.received.length).toBeGreaterThanOrEqual(records)
  })

  it('hold any signs that a form and a stanza can hold', async () => {
    const credentials = {
      clientId: 'a client <&>',
      clientSecret: 'p "a" \'s\' <w>&amp; %25+ \\ é €=;#',
      apiKey: '$1$a]]>&lt; "b" é',
    }
    const odd = new EtdStandin({ credentials, settings: { limits: generous } })
    await odd.start()
    fillHours(odd, { hours: 2, records })
    const input = stage.input(etdInput(odd, { start_time: '-3h' }), { inClearText: true })
    const { exitCode, stderr } = await input.pass()
    expect(stderr.filter((line) => line.startsWith('ERROR'))).toEqual([])
    expect(exitCode).toBe(0)
    expect(input.received.length).toBeGreaterThanOrEqual(records)
    expect(stored(input).map(({ password }) => password)).toEqual([
      credentials.clientSecret,
      credentials.apiKey,
    ])
    await odd.stop()
  })

  it('are found beyond the first page of a long list', async () => {
    for (let other = 0; other < 80; other++) {
      stage.splunkd.passwords.add({ realm: 'other', username: `user ${other}`, password: 'x', app: appId })
    }
    const input = fresh()
    expect((await input.pass()).exitCode).toBe(0)
    expect((await input.pass()).exitCode).toBe(0)
  })

  it('stay as they are, and nothing is collected, while storage/passwords refuses', async () => {
    const input = fresh()
    const before = vendorCalls()
    stage.splunkd.faults.always(only('POST', passwordRequests), forbidden)
    const { exitCode, stderr } = await input.pass()
    expect(exitCode).toBe(2)
    expect(stderr.join('\n')).toMatch(
      /storing .*client_secret in storage\/passwords.*403.*needs the capability edit_storage_passwords/,
    )
    expect(inStanza(input, 'client_secret')).toBe(etd.credentials.clientSecret)
    expect(stanzaWrites()).toBe(0)
    expect(vendorCalls()).toBe(before)
    stage.splunkd.faults.clear()
    expect((await input.pass()).exitCode).toBe(0)
    expect(input.received.length).toBeGreaterThanOrEqual(records)
  })

  it('wait for a splunkd that has just started', async () => {
    const input = fresh()
    stage.splunkd.faults.next(passwordRequests, kvInitializing, 2)
    expect((await input.pass()).exitCode).toBe(0)
    expect(stanzaWrites()).toBe(1)
  })

  it('are masked by the next run, when this one was killed right before', async () => {
    const input = fresh()
    stage.splunkd.faults.next(only('POST', inputRequests), {
      before: () => {
        for (const run of stage.splunkd.running) run.kill('SIGKILL')
      },
      reset: true,
    })
    expect((await input.pass()).signal).toBe('SIGKILL')
    expect(inStanza(input, 'api_key')).toBe(etd.credentials.apiKey)
    expect((await input.pass()).exitCode).toBe(0)
    expect(inStanza(input, 'api_key')).toBe(mask)
    expect(stored(input)).toHaveLength(2)
  })

  it('are masked, though the answer to that is lost', async () => {
    const input = fresh()
    stage.splunkd.faults.next(only('POST', inputRequests), answerLost)
    await input.pass()
    expect((await input.pass()).exitCode).toBe(0)
    expect(inStanza(input, 'api_key')).toBe(mask)
    expect(stanzaWrites()).toBe(1)
  })

  it('do not make it write for ever, when the stanza is managed elsewhere and stays in clear text', async () => {
    const input = fresh()
    // What is written is written somewhere that does not count: the clear text wins again at once.
    stage.splunkd.faults.always(only('POST', inputRequests), {
      after: () =>
        stage.splunkd.writeStanza(input.stanza, {
          client_secret: etd.credentials.clientSecret,
          api_key: etd.credentials.apiKey,
        }),
    })
    const last = await input.pass()
    expect(last.exitCode).toBe(0)
    expect(last.stderr.join('\n')).toMatch(
      /WARN .*client_secret, api_key in clear text again.*managed from elsewhere/,
    )
    expect(stanzaWrites()).toBeLessThanOrEqual(2)
    const writes = stanzaWrites()
    for (let again = 0; again < 3; again++) expect((await input.pass()).exitCode).toBe(0)
    expect(stanzaWrites()).toBe(writes)
    expect(input.received.length).toBeGreaterThanOrEqual(records)
  })

  it('are replaced by a new one that is typed in', async () => {
    const input = fresh({ inClearText: false })
    expect((await input.pass()).exitCode).toBe(0)
    const entity = `${appId}\\:cisco_etd:${input.name}\\:api_key:`
    stage.splunkd.passwords.change(appId, entity, 'the old one')
    expect((await input.pass()).exitCode).toBe(1)
    stage.splunkd.writeStanza(input.stanza, { api_key: etd.credentials.apiKey })
    expect((await input.pass()).exitCode).toBe(0)
    expect(stanzaWrites()).toBe(1)
    expect(stage.splunkd.passwords.get(appId, entity).password).toBe(etd.credentials.apiKey)
    expect(inStanza(input, 'api_key')).toBe(mask)
  })

  it('are asked for again, when a stored one is missing', async () => {
    const input = fresh({ inClearText: false })
    stage.splunkd.passwords.remove(appId, `${appId}\\:cisco_etd:${input.name}\\:api_key:`)
    const before = vendorCalls()
    const { exitCode, stderr } = await input.pass()
    expect(exitCode).toBe(1)
    expect(stderr.join('\n')).toMatch(
      /ERROR The stored api_key .* is missing .*type api_key in again and save/,
    )
    expect(vendorCalls()).toBe(before)
  })

  it('are not taken for missing, when they cannot be read', async () => {
    const input = fresh({ inClearText: false })
    stage.splunkd.passwords.masked = true
    const { exitCode, stderr } = await input.pass()
    expect(exitCode).toBe(2)
    expect(stderr.join('\n')).toMatch(/does not give .*:client_secret in clear text.*list_storage_passwords/)
  })

  it('are not masked, when they cannot be read back', async () => {
    const input = fresh()
    stage.splunkd.passwords.masked = true
    expect((await input.pass()).exitCode).toBe(2)
    expect(inStanza(input, 'api_key')).toBe(etd.credentials.apiKey)
    expect(stanzaWrites()).toBe(0)
  })
})
